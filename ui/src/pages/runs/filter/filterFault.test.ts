import { expect, test } from "vitest";
import { ServerError } from "../../../api";
import { faultOfFilter } from "./filterFault";

function fault(message: string, position: number): ServerError {
  return new ServerError("search.invalid_key", message, 400, { position });
}

test("what was probably meant takes the place of the mistake", () => {
  const found = faultOfFilter(
    fault("Invalid. Did you mean status or start_time? (at character 4)", 4),
    "NOT statsu = 'x'",
  );
  expect(found?.place).toBe(4);
  expect(found?.fixes).toEqual([
    { text: "status", filter: "NOT status = 'x'" },
    { text: "start_time", filter: "NOT start_time = 'x'" },
  ]);
});

test("a field is mended with its entity", () => {
  const found = faultOfFilter(fault("Invalid. Did you mean params.ticker?", 0), "parms.ticker = 'x'");
  expect(found?.fixes[0]?.filter).toBe("params.ticker = 'x'");
});

test("the place is right behind characters that browsers count twice", () => {
  expect(faultOfFilter(fault("x", 13), "tags.a = '🚀' oops")?.place).toBe(14);
});

test("a fault without a place is none of a character", () => {
  expect(faultOfFilter(new ServerError("search.too_slow", "x", 400), "a")).toBeNull();
});
