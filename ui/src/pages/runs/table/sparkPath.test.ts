import { expect, test } from "vitest";
import { sparkPath } from "./sparkPath";

test("a line goes from edge to edge", () => {
  expect(sparkPath([1, 3, 2], 60, 16)).toBe("M0 16L30 0L60 8");
});

test("where a value is no number the line has a gap", () => {
  expect(sparkPath([0, 1, Number.NaN, 0, 1], 40, 10)).toBe("M0 10L10 0M30 10L40 0");
});

test("a flat line lies in the middle, and nothing is drawn of less than two points", () => {
  expect(sparkPath([5, 5], 60, 16)).toBe("M0 8L60 8");
  expect(sparkPath([5], 60, 16)).toBe("");
  expect(sparkPath([Number.NaN, Number.NaN], 60, 16)).toBe("");
});
