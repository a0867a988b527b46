import {
  type AsyncBuffer,
  cachedAsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from "hyparquet";
import { createStore } from "../../lib/store";
import { EMPTY_TABLE, type FetchPart, type TableFile, type TableState } from "./tableFile";

const PAGE_ROWS = 200;
const READ_CODECS: ReadonlySet<string> = new Set(["UNCOMPRESSED", "SNAPPY"]);

/** That a file is compressed in a way that this page cannot read. */
export class UnreadableCodec extends Error {
  override readonly name = "UnreadableCodec";
  readonly codec: string;

  constructor(codec: string) {
    super(`The file is compressed by ${codec}.`);
    this.codec = codec;
  }
}

/** Makes what reads a Parquet file: the rows in sight alone. */
export function createParquetTable(fetchPart: FetchPart, size: number): TableFile {
  const state = createStore<TableState>(EMPTY_TABLE);
  const pages = new Map<number, readonly (readonly unknown[])[]>();
  const asked = new Set<number>();
  let opened: Promise<{ readonly file: AsyncBuffer; readonly metadata: FileMetaData }> | null = null;
  let last: readonly [number, number] = [0, 0];

  async function open(): Promise<{ readonly file: AsyncBuffer; readonly metadata: FileMetaData }> {
    const file = cachedAsyncBuffer({
      byteLength: size,
      slice: async (start, end = size) => (await fetchPart(start < 0 ? size + start : start, end)).bytes,
    });
    const metadata = await parquetMetadataAsync(file);
    const codec = codecsOf(metadata).find((name) => !READ_CODECS.has(name));
    if (codec !== undefined) throw new UnreadableCodec(codec);
    const header = parquetSchema(metadata).children.map(({ element }) => element.name);
    state.update((before) => ({ ...before, header, count: Number(metadata.num_rows), isWhole: true }));
    return { file, metadata };
  }

  async function load(page: number): Promise<void> {
    asked.add(page);
    state.update((before) => ({ ...before, isFetching: true, error: null }));
    try {
      opened ??= open();
      const { file, metadata } = await opened;
      const rowStart = page * PAGE_ROWS;
      const rowEnd = Math.min(rowStart + PAGE_ROWS, Number(metadata.num_rows));
      const rows =
        rowEnd <= rowStart ? [] : await parquetReadObjects({ file, metadata, rowStart, rowEnd, useOffsetIndex: true });
      const header = state.get().header ?? [];
      pages.set(
        page,
        rows.map((row) => header.map((name) => row[name] as unknown)),
      );
      state.update((before) => ({ ...before, isFetching: false }));
    } catch (error) {
      asked.delete(page);
      opened = state.get().header === null ? null : opened;
      state.update((before) => ({ ...before, isFetching: false, error }));
    }
  }

  function show(start: number, end: number): void {
    last = [start, end];
    if (state.get().error !== null) return;
    const count = state.get().header === null ? 1 : state.get().count;
    for (let page = Math.floor(start / PAGE_ROWS); page * PAGE_ROWS < Math.min(Math.max(end, 1), count); page += 1) {
      if (!asked.has(page)) void load(page);
    }
  }

  return {
    state,
    rowAt: (index) => pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS],
    show,
    again: () => {
      state.update((before) => ({ ...before, error: null }));
      show(...last);
    },
  };
}

function codecsOf(metadata: FileMetaData): string[] {
  return metadata.row_groups.flatMap(({ columns }) => columns.flatMap(({ meta_data: about }) => about?.codec ?? []));
}
