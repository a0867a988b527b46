import { expect, test } from "vitest";
import { differingNames, identicalGroups, isSame } from "./differences";

test("only what differs is named", () => {
  const columns = [
    { lr: "0.1", depth: "3", seed: "1" },
    { lr: "0.2", depth: "3" },
  ];
  expect(differingNames(columns)).toEqual(["lr", "seed"]);
});

test("NaN is the same as NaN, nothing as nothing, and one column never differs", () => {
  expect(isSame([Number.NaN, Number.NaN])).toBe(true);
  expect(isSame([null, undefined])).toBe(true);
  expect(differingNames([{ a: 1 }])).toEqual([]);
});

test("identical columns are found, those without any value are not", () => {
  expect(identicalGroups([{ a: 1, b: 2 }, { b: 2, a: 1 }, { a: 1 }, {}, {}])).toEqual([[0, 1]]);
});
