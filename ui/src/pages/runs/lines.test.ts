import { expect, test } from "vitest";
import { linesOf } from "./lines";

function shown(ids: readonly string[], count: number, opened: Parameters<typeof linesOf>[2]): string[] {
  const lines = linesOf(ids, count, opened);
  return Array.from({ length: lines.count }, (_, index) => {
    const { id, level } = lines.at(index);
    return "  ".repeat(level) + (id ?? "?");
  });
}

test("runs that are not fetched yet have their place", () => {
  expect(shown(["a", "b"], 4, new Map())).toEqual(["a", "b", "?", "?"]);
});

test("parts of a run stand below it, at any depth", () => {
  const opened = new Map<string, readonly string[] | undefined>([
    ["b", ["b1", "b2"]],
    ["a", undefined],
    ["b1", ["x"]],
  ]);
  expect(shown(["a", "b", "c"], 3, opened)).toEqual(["a", "  ?", "b", "  b1", "    x", "  b2", "c"]);
});

test("a run that was opened and is not in the list any more shows nothing", () => {
  expect(shown(["a"], 1, new Map([["z", ["y"]]]))).toEqual(["a"]);
});

test("runs that are parts of each other do not go on for ever", () => {
  const opened = new Map([
    ["a", ["b"]],
    ["b", ["a"]],
  ]);
  expect(linesOf(["a"], 1, opened).count).toBeLessThan(30);
});
