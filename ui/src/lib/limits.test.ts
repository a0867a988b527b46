import { expect, test } from "vitest";
import { areSameLimits, isWithin, limitsCodec, withLimit } from "./limits";

test("a run has to lie in one stretch of each axis that has any", () => {
  const limits = {
    lr: [
      [0, 1],
      [5, 6],
    ],
    depth: [[3, 3]],
  } as const;
  const at = (lr: number | null, depth: number) => (axis: string) => (axis === "lr" ? lr : depth);
  expect(isWithin(limits, at(5.5, 3))).toBe(true);
  expect(isWithin(limits, at(2, 3))).toBe(false);
  expect(isWithin(limits, at(1, 4))).toBe(false);
  expect(isWithin(limits, at(null, 3))).toBe(false);
  expect(isWithin({}, at(null, 3))).toBe(true);
});

test("limits are written into an address and read back, whatever the axis is called", () => {
  const limits = {
    "params.a~b,c": [[0.5, 2]],
    "metrics.loss": [
      [-1, 0],
      [1, 2],
    ],
  } as const;
  expect(limitsCodec.parse(limitsCodec.format(limits))).toEqual(limits);
  expect(limitsCodec.format({})).toBeNull();
  expect(limitsCodec.parse("lr~x~2,lr,~1~2")).toEqual({});
});

test("no stretch takes an axis out", () => {
  expect(withLimit({ a: [[1, 2]], b: [[1, 2]] }, "a", [])).toEqual({ b: [[1, 2]] });
  expect([areSameLimits([[1, 2]], [[1, 2]]), areSameLimits([[1, 2]], [])]).toEqual([true, false]);
});
