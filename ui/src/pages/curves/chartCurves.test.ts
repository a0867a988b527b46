import { expect, test } from "vitest";
import type { Curve } from "../../api";
import { chartCurves } from "./chartCurves";

const ONE = { id: "a", name: "first", colour: 3, origin: 1000 };
const OTHER = { id: "b", name: "second", colour: 5, origin: null };

function curve(runId: string, key: string, values: readonly number[] = [1]): Curve {
  const numbers = Float64Array.from(values);
  return { runId, key, total: 1, isThinned: false, steps: numbers, timestamps: numbers, values: numbers };
}

test("runs are told apart by their colours and metrics by dashes", () => {
  const curves = [curve("a", "loss"), curve("a", "auc"), curve("b", "loss"), curve("b", "auc")];
  expect(
    chartCurves(curves, [ONE, OTHER], ["loss", "auc"]).map(({ name, colour, dash }) => [name, colour, dash]),
  ).toEqual([
    ["first · loss", 3, 0],
    ["first · auc", 3, 1],
    ["second · loss", 5, 0],
    ["second · auc", 5, 1],
  ]);
});

test("names say what differs: the run where one metric is shown, the metric where one run is", () => {
  const runs = chartCurves([curve("a", "loss"), curve("b", "loss")], [ONE, OTHER], ["loss"]);
  expect(runs.map(({ name }) => name)).toEqual(["first", "second"]);
  const metrics = chartCurves([curve("a", "loss"), curve("a", "auc")], [ONE], ["loss", "auc"]);
  expect(metrics.map(({ name, dash }) => [name, dash])).toEqual([
    ["loss", 0],
    ["auc", 0],
  ]);
  expect(metrics[0]?.colour).not.toBe(metrics[1]?.colour);
});

test("the one metric of one run has the colour of the run; a curve without points is left out", () => {
  expect(chartCurves([curve("a", "loss")], [ONE], ["loss"])[0]?.colour).toBe(3);
  expect(chartCurves([curve("a", "loss", [])], [ONE], ["loss"])).toEqual([]);
});
