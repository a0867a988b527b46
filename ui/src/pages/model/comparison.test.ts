import { expect, test } from "vitest";
import { bestPlaces, comparedLines, differenceOf, usualPair } from "./comparison";

test("lines are by name, with what differs marked", () => {
  expect(comparedLines<string>([{ b: "1", a: "x" }, { b: "1" }])).toEqual([
    { name: "a", values: ["x", null], isDifferent: true },
    { name: "b", values: ["1", "1"], isDifferent: false },
  ]);
});

test("a name like one of an object's own is no value", () => {
  expect(comparedLines<number>([{ constructor: 1 }, {}])[0]?.values).toEqual([1, null]);
});

test.each([
  [[0.48, 0.51], "higher", [1]],
  [[0.48, 0.51], "lower", [0]],
  [[0.5, 0.5], "higher", []],
  [[0.5, "NaN", 0.4], "higher", [0]],
  [[0.5, null], "higher", []],
  [[0.5, 0.6], "none", []],
] as const)("of %j, where %s is better, the best are at %j", (values, direction, places) => {
  expect(bestPlaces(values, direction)).toEqual(places);
});

test("differences are in the unit in which the metric is read", () => {
  expect(differenceOf(0.01, 0.03, 100)).toBeCloseTo(2);
  expect(differenceOf(1, 3, null)).toBe(2);
  expect(differenceOf("NaN", 3, null)).toBeNull();
  expect(differenceOf(null, 3, null)).toBeNull();
});

test("Production is compared with the newest, or else the newest two with each other", () => {
  expect(usualPair(3, 7, 6)).toEqual([3, 7]);
  expect(usualPair(7, 7, 6)).toEqual([6, 7]);
  expect(usualPair(null, 7, null)).toEqual([7]);
  expect(usualPair(null, null, null)).toEqual([]);
});
