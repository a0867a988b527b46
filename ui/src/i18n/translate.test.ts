import { expect, expectTypeOf, test } from "vitest";
import type { ArgumentNames } from "./messageTypes";
import { createTranslator } from "./translate";

const RUSSIAN = createTranslator(
  {
    "test.runs": "{count, plural, one {# запуск} few {# запуска} many {# запусков} other {# запуска}} из {total}",
    "test.plain": "Просто",
  },
  "ru",
);

test.each([
  [1, "1 запуск из 9"],
  [2, "2 запуска из 9"],
  [5, "5 запусков из 9"],
  [21, "21 запуск из 9"],
  [1.5, "1,5 запуска из 9"],
])("%d in Russian", (count, shown) => {
  expect(RUSSIAN.find("test.runs", { count, total: 9 })).toBe(shown);
});

test("a text that is not there, or whose value is missing, is none", () => {
  expect(RUSSIAN.find("test.unknown")).toBeNull();
  expect(RUSSIAN.find("toString")).toBeNull();
  expect(RUSSIAN.find("test.runs", { count: 1 })).toBeNull();
  expect(RUSSIAN.find("test.plain")).toBe("Просто");
});

test("the compiler knows the arguments of a text", () => {
  expectTypeOf<ArgumentNames<"plain">>().toEqualTypeOf<never>();
  expectTypeOf<ArgumentNames<"{a} and {b, number}">>().toEqualTypeOf<"a" | "b">();
  expectTypeOf<ArgumentNames<"{count, plural, one {# run of {owner}} other {# runs}} in {place}">>().toEqualTypeOf<
    "count" | "owner" | "place"
  >();
});
