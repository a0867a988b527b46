import { expect, test } from "vitest";
import type { ComparedRun } from "../compared/comparedRun";
import { foundRows, identicalRuns, valueRows } from "./sideBySide";

function run(id: string, params: Record<string, string>, metrics: Record<string, number>): ComparedRun {
  return {
    id,
    name: id,
    status: "FINISHED",
    user: "ann",
    start: 0,
    end: 1,
    isDeleted: false,
    params: new Map(Object.entries(params)),
    metrics: new Map(Object.entries(metrics)),
    steppedKeys: new Set(),
  };
}

const RUNS = [
  run("a", { lr: "0.1", model: "lstm" }, { loss: 1, acc: Number.NaN }),
  run("b", { lr: "0.2", model: "lstm" }, { acc: Number.NaN, loss: 1 }),
  run("c", { lr: "0.1" }, { loss: 2 }),
];

test("rows say in what runs differ; a run without a value differs from one that has it", () => {
  const rows = valueRows(RUNS, ["lr", "model"], ["acc", "loss"]);
  expect(rows.filter(({ isDiffering }) => isDiffering).map(({ id }) => id)).toEqual([
    "params.lr",
    "params.model",
    "metrics.acc",
    "metrics.loss",
  ]);
  expect(valueRows(RUNS.slice(0, 2), ["lr", "model"], ["acc"]).filter((row) => row.isDiffering)).toHaveLength(1);
});

test("rows are found by name and by whether runs differ", () => {
  const rows = valueRows(RUNS.slice(0, 2), ["lr", "model"], ["acc", "loss"]);
  expect(foundRows(rows, "", true).map(({ id }) => id)).toEqual(["params.lr"]);
  expect(foundRows(rows, "loss", false).map(({ id }) => id)).toEqual(["metrics.loss"]);
});

test("runs with the same metrics are found whatever their params are", () => {
  expect(identicalRuns(RUNS).map(({ runs, count }) => [runs.map(({ id }) => id), count])).toEqual([[["a", "b"], 2]]);
  expect(identicalRuns([run("d", {}, {}), run("e", {}, {})])).toEqual([]);
});
