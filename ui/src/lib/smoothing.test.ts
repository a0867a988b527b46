import { expect, test } from "vitest";
import { smooth } from "./smoothing";

test("no weight changes nothing", () => {
  expect([...smooth([1, 5, 2], 0)]).toEqual([1, 5, 2]);
});

test("a level stays where it is from the first point on", () => {
  for (const value of smooth([7, 7, 7, 7], 0.9)) expect(value).toBeCloseTo(7, 12);
});

test("the mean leans towards what is newer", () => {
  const [first, second] = smooth([0, 1], 0.5);
  expect(first).toBe(0);
  expect(second).toBeCloseTo(2 / 3, 12);
});

test("a gap stays a gap and spoils nothing behind it", () => {
  const smoothed = smooth([1, Number.NaN, 1, Number.POSITIVE_INFINITY, 1], 0.8);
  expect(smoothed[1]).toBeNaN();
  expect(smoothed[3]).toBe(Number.POSITIVE_INFINITY);
  expect(smoothed[4]).toBeCloseTo(1, 12);
});
