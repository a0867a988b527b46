import { expect, test } from "vitest";
import { formatDuration, formatRelative, formatTime, niceLength, toIso } from "./times";

const NOON = Date.UTC(2026, 10, 21, 12, 0, 5);

test.each([
  [420, "420 ms"],
  [1500, "1.5 sec"],
  [59_900, "1 min"],
  [61_000, "1 min 1 sec"],
  [3_600_000, "1 hr"],
  [90_061_000, "1 day 1 hr"],
  [-5000, "−5 sec"],
])("%d ms last %s", (length, shown) => {
  expect(formatDuration(length, "en")).toBe(shown);
});

test("a moment is told in the reader's language and zone", () => {
  expect(formatTime(NOON, "en-GB", { timeZone: "UTC" })).toBe("21 Nov 2026, 12:00");
  expect(formatTime(NOON, "en-GB", { timeZone: "UTC", seconds: true })).toBe("21 Nov 2026, 12:00:05");
  expect(formatTime(NOON, "ru", { timeZone: "UTC", dayOnly: true })).toContain("нояб");
});

test("a number that is no moment is shown as it is", () => {
  expect(formatTime(9e18, "en")).toBe("9000000000000000000");
  expect(toIso(Number.NaN)).toBe("NaN");
});

test("how long ago", () => {
  expect(formatRelative(NOON - 3 * 60_000, NOON, "en")).toBe("3 min. ago");
  expect(formatRelative(NOON - 26 * 3_600_000, NOON, "en")).toBe("yesterday");
  expect(formatRelative(NOON, NOON, "fr")).toBe("maintenant");
});

test("marks of an axis are a length from each other that is easily read", () => {
  expect([niceLength(133_000), niceLength(3), niceLength(200_000_000), niceLength(4e11)]).toEqual([
    300_000, 5, 604_800_000, 630_720_000_000,
  ]);
});
