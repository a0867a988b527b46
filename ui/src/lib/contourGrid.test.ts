import { expect, test } from "vitest";
import { bandLevels, heightGrid, spansPlane } from "./contourGrid";

const CORNERS = [
  { x: 0, y: 0, value: 1 },
  { x: 100, y: 0, value: 2 },
  { x: 0, y: 1, value: 3 },
  { x: 100, y: 1, value: 4 },
];

test("at a measured point the height is what was measured, whatever the units of the axes", () => {
  const grid = heightGrid(CORNERS, 3, 3);
  expect([grid.values[0], grid.values[2], grid.values[6], grid.values[8]]).toEqual([1, 2, 3, 4]);
  expect(grid.values[4]).toBeCloseTo(2.5);
  expect([grid.left, grid.right, grid.bottom, grid.top]).toEqual([0, 100, 0, 1]);
});

test("between points heights stay between theirs", () => {
  expect(heightGrid(CORNERS, 9, 9).values.every((height) => height >= 1 && height <= 4)).toBe(true);
});

test("runs with the same params count by their mean", () => {
  const grid = heightGrid([...CORNERS, { x: 0, y: 0, value: 3 }], 2, 2);
  expect(grid.values[0]).toBe(2);
});

test("a plane needs three points that are not on one line", () => {
  const line = [0, 1, 2].map((x) => ({ x, y: 2 * x, value: x }));
  expect(spansPlane(line)).toBe(false);
  expect(spansPlane([...line, { x: 0, y: 1, value: 0 }])).toBe(true);
  expect(spansPlane(CORNERS.slice(0, 2))).toBe(false);
  expect(spansPlane([])).toBe(false);
});

test("bands begin at the least height and are equally wide; one height is one band", () => {
  expect(bandLevels([0, 10], 5)).toEqual([0, 2, 4, 6, 8]);
  expect(bandLevels([3, 3], 5)).toEqual([3]);
  expect(bandLevels([], 5)).toEqual([]);
});
