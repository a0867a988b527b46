import { expect, test } from "vitest";
import { pseudoText } from "./pseudo";

test("a text grows and keeps its arguments", () => {
  expect(pseudoText("Copy")).toBe("[Çöpý~~]");
  expect(pseudoText("{count, plural, one {# run} other {# runs}} on")).toContain(
    "{count, plural, one {# run} other {# runs}} öñ",
  );
});
