import { expect, test } from "vitest";
import { expiresAt } from "./expiry";

const NOW = new Date("2026-01-15T12:00:00").getTime();

test("a token counts for some days, until the end of a day, or for good", () => {
  expect(expiresAt("30", "", NOW)).toBe(NOW + 30 * 24 * 3600 * 1000);
  expect(expiresAt("never", "", NOW)).toBeNull();
  expect(expiresAt("day", "2026-01-15", NOW)).toBe(new Date("2026-01-15T23:59:59.999").getTime());
});

test("a day that is not named, or lies behind, is no expiry", () => {
  expect(expiresAt("day", "", NOW)).toBeUndefined();
  expect(expiresAt("day", "2026-01-14", NOW)).toBeUndefined();
});
