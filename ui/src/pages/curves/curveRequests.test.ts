import { expect, test } from "vitest";
import { curveRequests } from "./curveRequests";

const VIEW = { axis: "step", smoothing: 0, isLogX: false, isLogY: false, range: null } as const;
const RUNS = [
  { id: "a", name: "first", colour: 1, origin: 1000 },
  { id: "b", name: "second", colour: 2, origin: null },
];

test("one request asks for all runs, and for whole steps around what is shown", () => {
  expect(curveRequests(RUNS, ["loss"], VIEW, 500)).toEqual([
    { run_ids: ["a", "b"], keys: ["loss"], axis: "step", max_points: 500 },
  ]);
  const [zoomed] = curveRequests(RUNS, ["loss"], { ...VIEW, range: { start: 1.5, end: 7.2 } }, 500);
  expect([zoomed?.start, zoomed?.end]).toEqual([1, 8]);
});

test("time since the beginning is another stretch in each run", () => {
  const view = { ...VIEW, axis: "relative", range: { start: 10, end: 20 } } as const;
  expect(curveRequests(RUNS, ["loss"], view, 500)).toEqual([
    { run_ids: ["a"], keys: ["loss"], axis: "timestamp", max_points: 500, start: 1010, end: 1020 },
    { run_ids: ["b"], keys: ["loss"], axis: "timestamp", max_points: 500 },
  ]);
});

test("nothing is asked for where nothing is shown", () => {
  expect(curveRequests([], ["loss"], VIEW, 500)).toEqual([]);
  expect(curveRequests(RUNS, [], VIEW, 500)).toEqual([]);
});
