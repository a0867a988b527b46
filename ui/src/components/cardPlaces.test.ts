import { expect, test } from "vitest";
import { cardPlaces } from "./cardPlaces";

const VALUES = { count: 10, cardHeight: 88, leastWidth: 188, title: "Values" };
const CURVES = { count: 100, cardHeight: 288, leastWidth: 388 };

test("groups of cards lie one below the other, each in as many columns as there is room for", () => {
  const [values, curves] = cardPlaces([VALUES, CURVES], { width: 800, height: 600, scrolled: 0 });
  expect(values).toMatchObject({ columns: 4, top: 0, cardsTop: 32, height: 288, lines: { start: 0, end: 3 } });
  expect(curves).toMatchObject({ columns: 2, top: 340, cardsTop: 0, height: 14_988, lines: { start: 0, end: 2 } });
});

test("what is scrolled out of sight is not drawn, but for a line to spare", () => {
  const [values, curves] = cardPlaces([VALUES, CURVES], { width: 800, height: 600, scrolled: 3_340 });
  expect(values?.lines).toEqual({ start: 2, end: 3 });
  expect(curves?.lines).toEqual({ start: 9, end: 13 });
});

test("a place without width has one column", () => {
  expect(cardPlaces([CURVES], { width: 0, height: 0, scrolled: 0 })[0]).toMatchObject({ columns: 1 });
});
