import { expect, test } from "vitest";
import { cellText } from "./cells";
import { createParquetTable, UnreadableCodec } from "./parquetTable";
import type { FetchPart, TableFile } from "./tableFile";

// 250 rows of part, price, name, at and tags, written by pyarrow 25 with snappy.
const TABLE =
  "UEFSMRUEFVAVPEwVChUAEgAAKAAADQEAAQ0IAAINCDwDAAAAAAAAAAQAAAAAAAAAFQAVJBUoLBX0AxUQFQYVBhwAAAASRAMAAAD0AwEDZABkAW" +
  "QCZANkBBUEFRAVFEwVAhUAEgAACBwAAAAAAADgPxUAFVIVIiwV9AMVEBUGFQYcAAAAKRQhAAAAQVV2AQAQAQH6AQAVBBUkFShMFQQVABIAABJE" +
  "BgAAANC20LDRgAQAAABsYXN0FQAVGhUeLBX0AxUQFQYVBhwAAAANMAMAAAD0AwEB8gMAAgEVBBUQFRRMFQIVABIAAAgcADBJ1K1JBgAVABUWFR" +
  "osFfQDFRAVBhUGHAAAAAsoAwAAAPQDAQH0AwAVBBUUFRhMFQQVABIAAAokAQAAAGEBAAAAYhUAFZgCFTIsFegHFRAVBhUGHAAAAIwBFEAAAAB/" +
  "qvIBACAKAwAAAOgHAwH+SAAVBBmMNQAYBnNjaGVtYRUKABUEJQIYBHBhcnQAFQolAhgFcHJpY2UAFQwlAhgEbmFtZSUATBwAAAAVBCUCGAJhdC" +
  "UUTIwSHCwAAAAAADUCGAR0YWdzFQIVBkw8AAAANQQYBGxpc3QVAgAVDCUCGAdlbGVtZW50JQBMHAAAABb0AxkcGVwmABwVBBk1AAYQGRgEcGFy" +
  "dBUCFvQDFrgBFqgBJmAmCCksFQQVABUCABUAFRAVAgA8KQYZJgD0AwAAACYAHBUKGTUABhAZGAVwcmljZRUCFvQDFqYBFnom4AEmsAEpLBUEFQ" +
  "AVAgAVABUQFQIAPCkGGSb6AfoBAAAAJgAcFQwZNQAGEBkYBG5hbWUVAhb0AxaCARaKASbuAiaqAiksFQQVABUCABUAFRAVAgA8FrQXGQYZJgD0" +
  "AwAAACYAHBUEGTUABhAZGAJhdBUCFvQDFmoWcibkAya0AyksFQQVABUCABUAFRAVAgA8KQYZJgD0AwAAACYAHBUMGTUABhAZOAR0YWdzBGxpc3" +
  "QHZWxlbWVudBUCFugHFvICFpABJtoEJqYEKSwVBBUAFQIAFQAVEBUCADwW6AcZJvQD9AMZRgAAAOgHAAAAFrwHFvQDJggWrgUAKCBwYXJxdWV0" +
  "LWNwcC1hcnJvdyB2ZXJzaW9uIDI1LjAuMRlcHAAAHAAAHAAAHAAAHAAAAAkCAABQQVIx";
// One row, written with zstd.
const ZSTD =
  "UEFSMRUEFRAVIkwVAhUAEgAAKLUv/SAIQQAAAQAAAAAAAAAVABUSFSQsFQIVEBUGFQYcAAAAKLUv/SAJSQAAAgAAAAIBAQIAFQQZLDUAGAZzY2" +
  "hlbWEVAgAVBCUCGAF4ABYCGRwZHCYAHBUEGTUABhAZGAF4FQwWAhZkFogBJkYmCCksFQQVABUCABUAFRAVAgA8KQYZJgACAAAAFmQWAiYIFogB" +
  "ACggcGFycXVldC1jcHAtYXJyb3cgdmVyc2lvbiAyNS4wLjEZHBwAAACGAAAAUEFSMQ==";

function opened(text: string, asked: [number, number][] = []): TableFile {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const fetchPart: FetchPart = async (start, end) => {
    asked.push([start, end]);
    return { bytes: bytes.slice(start, end).buffer, size: bytes.length };
  };
  return createParquetTable(fetchPart, bytes.length);
}

async function shown(table: TableFile, start: number, end: number): Promise<void> {
  table.show(start, end);
  while (table.state.get().isFetching) await new Promise((resolve) => setTimeout(resolve, 1));
}

test("columns and the rows in sight are read, the others not", async () => {
  const table = opened(TABLE);
  await shown(table, 0, 1);
  expect(table.state.get()).toMatchObject({
    header: ["part", "price", "name", "at", "tags"],
    count: 250,
    isWhole: true,
    error: null,
  });
  expect(table.rowAt(1)?.map(cellText)).toEqual(["0", null, "жар", "2026-01-31T12:00:00.000Z", '["a","b"]']);
  expect(table.rowAt(249)).toBeUndefined();
  await shown(table, 230, 250);
  expect(table.rowAt(249)?.map(cellText)).toEqual(["4", null, "last", "2026-01-31T12:00:00.000Z", '["a","b"]']);
});

test("a compression that cannot be read is said by its name", async () => {
  const table = opened(ZSTD);
  await shown(table, 0, 1);
  expect(table.state.get().error).toBeInstanceOf(UnreadableCodec);
  expect(table.state.get().error).toMatchObject({ codec: "ZSTD" });
});

test("what is no Parquet file fails and says so", async () => {
  const table = opened(btoa("This is no table at all, whatever it is called."));
  await shown(table, 0, 1);
  expect(table.state.get().error).toBeInstanceOf(Error);
  expect(table.state.get().header).toBeNull();
});
