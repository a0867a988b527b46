import { expect, test } from "vitest";
import { chartColumn, compareTexts, completeRuns, isTelling, numberIn, spansDecades, textColumn } from "./chartColumn";

test("params that are all numbers make an axis of numbers", () => {
  const column = chartColumn(["0.1", "1e-3", " 5 ", null]);
  expect(column.isNumeric).toBe(true);
  expect(column.positions).toEqual([0.1, 0.001, 5, null]);
  expect(column.lacks).toEqual([null, null, null, "absent"]);
});

test("one text among numbers makes an axis of texts, numbers first and by size", () => {
  const column = chartColumn(["10", "None", "9", "auto", "9"]);
  expect(column.isNumeric).toBe(false);
  expect(column.texts).toEqual(["9", "10", "auto", "None"]);
  expect(column.positions).toEqual([1, 3, 0, 2, 0]);
});

test("what looks like a number to the language alone stays a text", () => {
  expect([numberIn("0x10"), numberIn(""), numberIn("1_000"), numberIn("Infinity"), numberIn("nan")]).toEqual([
    null,
    null,
    null,
    Number.POSITIVE_INFINITY,
    Number.NaN,
  ]);
});

test("NaN, infinities and what is 0 or less on a logarithmic axis have no place, and say why", () => {
  const column = chartColumn([Number.NaN, "-inf", 0, -1, 10], true);
  expect(column.positions).toEqual([null, null, null, null, 10]);
  expect(column.lacks).toEqual(["nan", "infinite", "offLog", "offLog", null]);
});

test("values that are all NaN leave an axis of numbers that is empty", () => {
  const column = chartColumn([Number.NaN, Number.NaN]);
  expect([column.isNumeric, completeRuns([column], 2).places]).toEqual([true, []]);
});

test("a run is shown where it has a place on every axis, and counted once where it has not", () => {
  const columns = [chartColumn([1, null, null, 4]), chartColumn([1, null, Number.NaN, Number.NaN])];
  expect(completeRuns(columns, 4)).toEqual({
    places: [0],
    lacks: [
      { place: 0, lack: "absent", count: 2 },
      { place: 1, lack: "nan", count: 1 },
    ],
  });
  expect(completeRuns([], 2).places).toEqual([0, 1]);
});

test("groups by a number have a place each", () => {
  expect(textColumn([10, 2, 10]).texts).toEqual(["2", "10"]);
});

test("runs differ where some have no value", () => {
  expect([isTelling(["1", "1"]), isTelling(["1", undefined]), isTelling([Number.NaN, Number.NaN])]).toEqual([
    false,
    true,
    false,
  ]);
});

test("infinities have an order too", () => {
  expect(["inf", "5", "-inf", "b", "a10", "a9"].sort(compareTexts)).toEqual(["-inf", "5", "inf", "a9", "a10", "b"]);
});

test("values above 0 that are a thousand times larger than others span decades, NaN aside", () => {
  expect(spansDecades(["1e-4", "0.03", "0.1", "nan", null])).toBe(true);
  expect(spansDecades(["1e-4", "0.03"])).toBe(false);
  expect(spansDecades(["1e-4", "0.1", "0"])).toBe(false);
  expect(spansDecades(["1e-4", "0.1", "auto"])).toBe(false);
  expect([spansDecades([]), spansDecades([null])]).toEqual([false, false]);
});
