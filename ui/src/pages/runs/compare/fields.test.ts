import { expect, test } from "vitest";
import { columnId } from "../columns";
import type { ComparedRun } from "../compared/comparedRun";
import type { ComparedRuns } from "../compared/useComparedRuns";
import { tellingFields, usualAxes } from "./fields";

function run(id: string, params: Record<string, string>, metrics: Record<string, number>): ComparedRun {
  return {
    id,
    name: id,
    status: "FINISHED",
    user: "",
    start: 0,
    end: 1,
    isDeleted: false,
    params: new Map(Object.entries(params)),
    metrics: new Map(Object.entries(metrics)),
    steppedKeys: new Set(),
  };
}

function compared(runs: readonly ComparedRun[]): ComparedRuns {
  return {
    runs,
    gone: 0,
    left: 0,
    colours: new Map(),
    paramKeys: ["alpha", "depth", "model"],
    metricKeys: ["broken", "loss"],
    steppedKeys: new Set(),
    isLive: false,
    isPending: false,
    error: null,
    refetch: () => undefined,
  };
}

const RUNS = [
  run("a", { alpha: "1", model: "lstm", depth: "3" }, { broken: Number.NaN, loss: 0.1 }),
  run("b", { alpha: "1", model: "cnn" }, { broken: Number.NaN, loss: 0.2 }),
];

test("what runs differ in comes first, and before that what all of them have", () => {
  expect(tellingFields(compared(RUNS), "param").map(({ key }) => key)).toEqual(["model", "depth", "alpha"]);
  expect(tellingFields(compared(RUNS), "metric").map(({ key }) => key)).toEqual(["loss", "broken"]);
});

test("an axis that hardly any run has a value on is none of the usual ones", () => {
  const others = ["c", "d", "e"].map((id) => run(id, { alpha: id, model: id }, { loss: 0.3 }));
  expect(usualAxes(compared([...RUNS, ...others])).map(columnId)).toEqual([
    "params.alpha",
    "params.model",
    "metrics.loss",
  ]);
});

test("usual axes are params that differ and a metric that has values", () => {
  expect(usualAxes(compared(RUNS)).map(columnId)).toEqual(["params.model", "params.depth", "metrics.loss"]);
});
