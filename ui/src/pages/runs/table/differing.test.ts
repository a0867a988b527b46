import { expect, test } from "vitest";
import type { ColumnName } from "../columns";
import { rowsOf } from "../runRow";
import { differingColumns } from "./differing";

const COLUMNS: readonly ColumnName[] = [
  { kind: "attribute", key: "run_name" },
  { kind: "param", key: "lr" },
  { kind: "param", key: "depth" },
  { kind: "metric", key: "loss" },
  { kind: "metric", key: "later" },
];
const ROWS = new Map(
  rowsOf(
    {
      count: 3,
      attributes: { run_id: ["a", "b", "c"] },
      metrics: { loss: ["NaN", "NaN", 1] },
      params: { lr: ["1", "2", "2"], depth: ["3", "3", "3"] },
      tags: {},
    },
    "",
  ).map((row) => [row.id, row]),
);

function keys(picked: readonly string[]): string[] {
  return differingColumns(COLUMNS, ROWS, ["a", "b", "c"], picked).map(({ key }) => key);
}

test("columns that are the same everywhere go, those on their way stay", () => {
  expect(keys([])).toEqual(["run_name", "lr", "loss", "later"]);
});

test("where runs are picked, these are compared", () => {
  expect(keys(["b", "c"])).toEqual(["run_name", "loss", "later"]);
  expect(keys(["a", "b"])).toEqual(["run_name", "lr", "later"]);
});

test("one run differs from nothing", () => {
  expect(differingColumns(COLUMNS, ROWS, ["a"], [])).toEqual(COLUMNS);
});
