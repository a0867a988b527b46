import { expect, test } from "vitest";
import type { MetricSummaryMessage } from "../../api";
import { metricKinds } from "./metricKinds";

function metrics(counts: readonly number[]): MetricSummaryMessage[] {
  return counts.map((count, place) => ({ key: `m${place}`, count }) as MetricSummaryMessage);
}

test("what was logged once is a value, all else a curve: also what nobody counted", () => {
  const { values, curves, areValuesFirst } = metricKinds(metrics([1, 2, 0, 1]));
  expect(values.map(({ key }) => key)).toEqual(["m0", "m3"]);
  expect(curves.map(({ key }) => key)).toEqual(["m1", "m2"]);
  expect(areValuesFirst).toBe(true);
});

test("many values stand below the curves", () => {
  expect(metricKinds(metrics([...Array.from({ length: 25 }, () => 1), 5])).areValuesFirst).toBe(false);
});
