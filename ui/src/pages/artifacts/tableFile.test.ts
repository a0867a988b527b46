import { expect, test } from "vitest";
import { createCsvTable, type FetchPart } from "./tableFile";

function serving(text: string, asked: number[] = []): FetchPart {
  const bytes = new TextEncoder().encode(text);
  return async (start, end) => {
    asked.push(start);
    return { bytes: bytes.slice(start, end).buffer, size: bytes.length };
  };
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

test("a table is read as far as somebody looks, letters that lie across pieces included", async () => {
  const asked: number[] = [];
  const line = `${"ж".repeat(50_001)},1\n`;
  const table = createCsvTable("a.csv", serving(`name,value\n${line.repeat(12)}`, asked));
  table.show(0, 20);
  await settled();
  expect(table.state.get()).toMatchObject({ header: ["name", "value"], count: 5, isWhole: false });
  table.show(0, 3);
  await settled();
  expect(asked.length).toBe(1);
  for (let turn = 0; turn < 4; turn += 1) {
    table.show(0, 20);
    await settled();
  }
  expect(table.state.get()).toMatchObject({ count: 12, isWhole: true, error: null });
  expect(table.rowAt(11)).toEqual(["ж".repeat(50_001), "1"]);
  expect(table.rowAt(12)).toBeUndefined();
});

test("an empty file is a table without columns", async () => {
  const table = createCsvTable("a.csv", serving(""));
  table.show(0, 20);
  await settled();
  expect(table.state.get()).toMatchObject({ header: [], count: 0, isWhole: true });
});

test("a failure keeps what was there and is tried again when somebody asks for it", async () => {
  let isBroken = true;
  const whole = serving("a\n1\n");
  const table = createCsvTable("a.csv", (start, end) =>
    isBroken ? Promise.reject(new Error("gone")) : whole(start, end),
  );
  table.show(0, 20);
  await settled();
  expect(table.state.get().error).toBeInstanceOf(Error);
  isBroken = false;
  table.again();
  await settled();
  expect(table.state.get()).toMatchObject({ count: 1, isWhole: true, error: null });
});
