import { expect, test } from "vitest";
import { joinedPositions, plottedCurves, positionsOf } from "./curveData";
import type { ChartCurve } from "./curveTypes";

const VIEW = { axis: "step", smoothing: 0, isLogX: false, isLogY: false } as const;

function curve(steps: readonly number[], values: readonly number[], id = "a"): ChartCurve {
  return {
    id,
    name: id,
    runId: id,
    key: "loss",
    colour: 1,
    dash: 0,
    origin: 1000,
    steps: Float64Array.from(steps),
    timestamps: Float64Array.from(steps, (step) => 1000 + 10 * step),
    values: Float64Array.from(values),
    total: 100,
    isThinned: true,
  };
}

test("curves with other steps share one axis, and nothing is drawn where a curve has no point", () => {
  const plotted = plottedCurves([curve([0, 2, 4], [1, 2, 3], "a"), curve([1, 2], [5, 6], "b")], VIEW);
  expect([...plotted.xs]).toEqual([0, 1, 2, 4]);
  expect(plotted.curves[0]?.values).toEqual([1, undefined, 2, 3]);
  expect(plotted.curves[1]?.values).toEqual([undefined, 5, 6, undefined]);
  expect([plotted.shown, plotted.total]).toEqual([5, 200]);
});

test("a step that was logged several times keeps all its points", () => {
  expect([...joinedPositions([Float64Array.of(1, 1, 2), Float64Array.of(0, 1, 2, 2)])]).toEqual([0, 1, 1, 2, 2]);
  const plotted = plottedCurves([curve([1, 1, 2], [7, 8, 9], "a"), curve([0, 1], [1, 2], "b")], VIEW);
  expect(plotted.curves[0]?.values).toEqual([undefined, 7, 8, 9]);
});

test("NaN and infinities are gaps that are counted", () => {
  const plotted = plottedCurves([curve([0, 1, 2, 3], [1, Number.NaN, Number.POSITIVE_INFINITY, 2])], VIEW);
  expect(plotted.curves[0]?.values).toEqual([1, null, null, 2]);
  expect([plotted.nanCount, plotted.infiniteCount]).toEqual([1, 1]);
  expect(plotted.curves[0]?.odd).toEqual([
    { x: 1, value: Number.NaN },
    { x: 2, value: Number.POSITIVE_INFINITY },
  ]);
});

test("what is 0 or less has no place on a logarithmic axis and is counted", () => {
  const plotted = plottedCurves([curve([0, 1, 2], [3, -1, 2])], { ...VIEW, isLogX: true, isLogY: true });
  expect([...plotted.xs]).toEqual([1, 2]);
  expect(plotted.curves[0]?.values).toEqual([null, 2]);
  expect(plotted.offLogCount).toBe(2);
});

test("relative time begins when the run did, and at the first point where nobody knows that", () => {
  expect([...positionsOf(curve([0, 5], [1, 1]), "relative")]).toEqual([0, 50]);
  expect([...positionsOf({ ...curve([2, 5], [1, 1]), origin: null }, "relative")]).toEqual([0, 30]);
});

test("points that come in another order than the axis are put in order", () => {
  const plotted = plottedCurves([curve([3, 1], [30, 10])], VIEW);
  expect([...plotted.xs]).toEqual([1, 3]);
  expect(plotted.curves[0]?.values).toEqual([10, 30]);
});

test("smoothing leaves the points as they are and adds a line", () => {
  const plotted = plottedCurves([curve([0, 1], [0, 1])], { ...VIEW, smoothing: 0.5 });
  expect(plotted.curves[0]?.values).toEqual([0, 1]);
  expect(plotted.curves[0]?.smoothed?.[1]).toBeCloseTo(2 / 3);
});

test("no curves make an empty chart", () => {
  expect(plottedCurves([], VIEW).xs.length).toBe(0);
});
