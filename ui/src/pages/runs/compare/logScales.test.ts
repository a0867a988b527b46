import { expect, test } from "vitest";
import { logAxes, otherScale } from "./logScales";

const AXES = [
  ["params.lr", true],
  ["metrics.loss", false],
] as const;

test("axes whose values span decades are logarithmic until somebody says otherwise", () => {
  expect(logAxes([], AXES)).toEqual(["params.lr"]);
  const linear = otherScale([], "params.lr", true);
  expect(logAxes(linear, AXES)).toEqual([]);
  expect(otherScale(linear, "params.lr", true)).toEqual([]);
});

test("other axes are linear until somebody says otherwise", () => {
  const chosen = otherScale([], "metrics.loss", false);
  expect(logAxes(chosen, AXES)).toEqual(["params.lr", "metrics.loss"]);
  expect(otherScale(chosen, "metrics.loss", false)).toEqual([]);
});
