import { expect, test } from "vitest";
import { curvesCsv } from "./curveCsv";
import { curveRows } from "./curveRows";
import { statisticsOf } from "./curveStatistics";
import { positionText, tickTexts } from "./curveTexts";
import type { ChartCurve } from "./curveTypes";

function curve(id: string, steps: readonly number[], values: readonly number[]): ChartCurve {
  return {
    id,
    name: id,
    runId: id,
    key: "loss",
    colour: 1,
    dash: 0,
    origin: 0,
    steps: Float64Array.from(steps),
    timestamps: Float64Array.from(steps, (step) => 1000 * step),
    values: Float64Array.from(values),
    total: values.length,
    isThinned: false,
  };
}

test("points at the same place make one row, and none is lost where a place comes twice", () => {
  expect(curveRows([curve("a", [0, 1, 1], [1, 2, 3]), curve("b", [1, 5], [9, Number.NaN])], "step")).toEqual([
    { x: 0, values: [1, undefined] },
    { x: 1, values: [2, 9] },
    { x: 1, values: [3, undefined] },
    { x: 5, values: [undefined, Number.NaN] },
  ]);
});

test("CSV has one point a line, with all digits and NaN by its name", () => {
  const lines = curvesCsv([curve("a", [1, 2], [0.1, Number.NaN])])
    .slice(1)
    .split("\r\n");
  expect(lines[0]).toBe("run_id,metric,step,timestamp,time,value");
  expect(lines[1]).toBe("a,loss,1,1000,1970-01-01T00:00:01.000Z,0.1");
  expect(lines[2]).toBe("a,loss,2,2000,1970-01-01T00:00:02.000Z,NaN");
});

test("NaN and infinities do not hide the least and the greatest value", () => {
  const statistics = statisticsOf(curve("a", [0, 1, 2, 3], [Number.NaN, 3, -2, Number.POSITIVE_INFINITY]));
  expect(statistics).toMatchObject({ min: -2, max: 3, last: Number.POSITIVE_INFINITY });
  expect(statisticsOf(curve("a", [], []))).toEqual({ count: 0, first: null, last: null, min: null, max: null });
});

test("places on the axis read as steps, moments and lengths of time", () => {
  expect(positionText(12345, "step", "en")).toBe("12,345");
  expect(positionText(61_000, "relative", "en")).toBe("1 min 1 sec");
  const noon = new Date(2026, 0, 31, 12).getTime();
  const texts = tickTexts([noon, noon + 60_000, noon + 24 * 3600_000], "time", "en-GB");
  expect(texts[0]).toContain("31 Jan 2026");
  expect(texts[1]).toBe("12:01");
  expect(texts[2]).toContain("1 Feb 2026");
});
