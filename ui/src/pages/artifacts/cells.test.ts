import { expect, test } from "vitest";
import { cellText, isNumeric } from "./cells";

test("values of a table are shown whole: long numbers, dates, bytes and nested values", () => {
  expect(cellText(9007199254740993n)).toBe("9007199254740993");
  expect(cellText(new Date(Date.UTC(2026, 0, 31)))).toBe("2026-01-31");
  expect(cellText(new Date(Number.NaN))).toBe("NaT");
  expect(cellText(Uint8Array.of(0, 255))).toBe("00ff");
  expect(cellText({ a: [1n, Uint8Array.of(1)], b: Float64Array.of(0.5) })).toBe('{"a":["1","01"],"b":[0.5]}');
  expect(cellText(null)).toBeNull();
  expect(cellText("")).toBe("");
  expect(cellText(Number.NaN)).toBe("NaN");
});

test("a column of numbers is known by its values, with gaps and NaN in it", () => {
  expect(isNumeric(["1.5", "", "-2e-3", "nan", "1 000,5"])).toBe(true);
  expect(isNumeric(["1.5", "x"])).toBe(false);
  expect(isNumeric(["", null])).toBe(false);
});

test("a long text that nearly is a number is told from one at once", () => {
  expect(isNumeric([`1${" ".repeat(500_000)}x`])).toBe(false);
});
