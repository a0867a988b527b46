import { expect, test } from "vitest";
import { offsetsOf, scrolledTo, visibleColumns, visibleRows } from "./windows";

test("rows in sight and some more are drawn", () => {
  expect(visibleRows(1000, 30, 0, 300, 5)).toEqual({ start: 0, end: 15 });
  expect(visibleRows(1000, 30, 3000, 300, 5)).toEqual({ start: 95, end: 115 });
  expect(visibleRows(1000, 30, 29_700, 300, 5)).toEqual({ start: 985, end: 1000 });
});

test("a list that became shorter than it is scrolled still shows its end", () => {
  expect(visibleRows(3, 30, 9000, 300, 5)).toEqual({ start: 2, end: 3 });
  expect(visibleRows(0, 30, 0, 300, 5)).toEqual({ start: 0, end: 0 });
});

test("columns in sight are drawn", () => {
  const offsets = offsetsOf([100, 200, 100, 300]);
  expect(offsets).toEqual([0, 100, 300, 400, 700]);
  expect(visibleColumns(offsets, 0, 250, 0)).toEqual({ start: 0, end: 2 });
  expect(visibleColumns(offsets, 300, 100, 0)).toEqual({ start: 2, end: 3 });
  expect(visibleColumns(offsets, 300, 100, 50)).toEqual({ start: 1, end: 4 });
  expect(visibleColumns([0], 0, 100, 0)).toEqual({ start: 0, end: 0 });
});

test("scrolling goes no further than it must", () => {
  expect(scrolledTo(5, 30, 0, 300)).toBe(0);
  expect(scrolledTo(20, 30, 0, 300)).toBe(330);
  expect(scrolledTo(2, 30, 300, 300)).toBe(60);
});
