import { expect, test } from "vitest";
import { areOrdered, bandOf, bandRanges, meetsTarget } from "./bands";

const HIGHER = [0.5, 0.6, 0.7, 0.8];
const LOWER = [20, 10, 5, 2];

test("a value is in the band that the server puts it in", () => {
  expect([0.49, 0.5, 0.6, 0.7, 0.8, 0.81].map((value) => bandOf(value, HIGHER, "higher"))).toEqual([
    "bad",
    "weak",
    "fair",
    "good",
    "good",
    "excellent",
  ]);
  expect([21, 20, 10, 5, 2, 1.9].map((value) => bandOf(value, LOWER, "lower"))).toEqual([
    "bad",
    "weak",
    "fair",
    "good",
    "good",
    "excellent",
  ]);
});

test("without thresholds, without a direction and for NaN there is no band", () => {
  expect(bandOf(1, null, "higher")).toBeNull();
  expect(bandOf(1, HIGHER, "none")).toBeNull();
  expect(bandOf(Number.NaN, HIGHER, "higher")).toBeNull();
  expect(bandRanges([1, 2], "higher")).toEqual([]);
});

test("bands lie between thresholds, and the outer ones have no end", () => {
  expect(bandRanges(HIGHER, "higher").map(({ from, to }) => [from, to])).toEqual([
    [null, 0.5],
    [0.5, 0.6],
    [0.6, 0.7],
    [0.7, 0.8],
    [0.8, null],
  ]);
});

test("a target is met by reaching it", () => {
  expect(meetsTarget(0.8, 0.8, "higher")).toBe(true);
  expect(meetsTarget(2.1, 2, "lower")).toBe(false);
  expect(meetsTarget(1, null, "lower")).toBeNull();
});

test("thresholds go from the worst to the best", () => {
  expect(areOrdered(HIGHER, "higher")).toBe(true);
  expect(areOrdered(HIGHER, "lower")).toBe(false);
  expect(areOrdered([1, 1, 2, 3], "higher")).toBe(false);
});
