import { expect, test } from "vitest";
import { rowsOf } from "../runRow";
import { headerOf, lineOf } from "./csvExport";

test("a line has what programs read: the id, times as ISO 8601, all digits, nothing where there is no value", () => {
  const [row] = rowsOf(
    {
      count: 1,
      attributes: { run_id: ["a1"], run_name: ["first"], start_time: [0], end_time: [1500] },
      metrics: { loss: ["NaN"], auc: [0.1234567890123] },
      params: { lr: [null] },
      tags: {},
    },
    "",
  );
  const columns = [
    { kind: "attribute", key: "run_name" },
    { kind: "attribute", key: "run_id" },
    { kind: "attribute", key: "start_time" },
    { kind: "attribute", key: "duration" },
    { kind: "metric", key: "loss" },
    { kind: "metric", key: "auc" },
    { kind: "param", key: "lr" },
  ] as const;
  expect(headerOf(columns)).toEqual([
    "run_id",
    "run_name",
    "start_time",
    "duration",
    "metrics.loss",
    "metrics.auc",
    "params.lr",
  ]);
  expect(row && lineOf(row, columns)).toEqual([
    "a1",
    "first",
    "1970-01-01T00:00:00.000Z",
    1500,
    "NaN",
    0.1234567890123,
    null,
  ]);
});
