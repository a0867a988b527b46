import { expect, test } from "vitest";
import { boxOf, quantile } from "./quartiles";

test("a box holds the middle half, and what lies far off stands alone", () => {
  expect(boxOf([1, 2, 3, 4, 100])).toEqual({
    count: 5,
    low: 1,
    firstQuartile: 2,
    median: 3,
    thirdQuartile: 4,
    high: 4,
    outliers: [4],
  });
});

test("one value is a box without height, and none is no box", () => {
  expect(boxOf([7])).toMatchObject({ low: 7, median: 7, high: 7, outliers: [] });
  expect(boxOf([])).toBeNull();
});

test("quartiles lie between values in proportion", () => {
  expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
});
