import { expect, test } from "vitest";
import { toggled, toggledAll, withStretch } from "./selection";

test("one is taken in and out again", () => {
  expect(toggled(["a"], "b")).toEqual(["a", "b"]);
  expect(toggled(["a", "b"], "a")).toEqual(["b"]);
});

test("all are taken in, and out if all were in; others stay", () => {
  expect(toggledAll(["x", "a"], ["a", "b"])).toEqual(["x", "a", "b"]);
  expect(toggledAll(["x", "a", "b"], ["a", "b"])).toEqual(["x"]);
});

test("a stretch goes both ways, and needs a beginning that is there", () => {
  const order = ["a", "b", "c", "d"];
  expect(withStretch([], order, "b", "d")).toEqual(["b", "c", "d"]);
  expect(withStretch(["d"], order, "c", "a")).toEqual(["d", "a", "b", "c"]);
  expect(withStretch([], order, "gone", "c")).toEqual(["c"]);
  expect(withStretch(["a"], order, "a", "gone")).toEqual(["a"]);
});
