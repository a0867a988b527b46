import { expect, test } from "vitest";
import { formatCount, formatFull, formatMetric, formatShare, toNumber } from "./numbers";

test.each([
  [0.123456789, "en", "0.12346"],
  [0.123456789, "ru", "0,12346"],
  [1234567, "en", "1,234,567"],
  [123456.789, "en", "123,460"],
  [0, "en", "0"],
  [0.00001234567, "en", "1.2346E-5"],
  [1.5e12, "en", "1.5E12"],
  [Number.NaN, "ru", "NaN"],
  ["NaN", "en", "NaN"],
  ["Infinity", "en", "∞"],
  ["-Infinity", "fr", "−∞"],
])("%s in %s is shown as %s", (value, locale, shown) => {
  expect(formatMetric(value, locale)).toBe(shown);
});

test("a full value has all its digits in every language", () => {
  expect(formatFull(0.1 + 0.2)).toBe("0.30000000000000004");
  expect(formatFull("NaN")).toBe("NaN");
  expect(formatFull(-0)).toBe("-0");
});

test("numbers written as text are numbers", () => {
  expect(toNumber("-Infinity")).toBe(Number.NEGATIVE_INFINITY);
  expect(toNumber("NaN")).toBeNaN();
  expect(toNumber(3)).toBe(3);
});

test("counts and shares", () => {
  expect(formatCount(52310, "en")).toBe("52,310");
  expect(formatShare(0.125, "en")).toBe("12.5%");
});
