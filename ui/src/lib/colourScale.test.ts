import { expect, test } from "vitest";
import { colourBetween, shareBetween } from "./colourScale";

const STOPS = ["rgb(0, 0, 0)", "rgb(100, 50, 200)", "rgb(200, 50, 0)"];

test("a colour lies between its neighbours in the row", () => {
  expect(colourBetween(STOPS, 0)).toBe("rgb(0, 0, 0)");
  expect(colourBetween(STOPS, 0.25)).toBe("rgb(50, 25, 100)");
  expect(colourBetween(STOPS, 7)).toBe("rgb(200, 50, 0)");
});

test("colours written in another way are taken as they are", () => {
  expect(colourBetween(["color(srgb 0 0 0)", "red"], 0.9)).toBe("red");
});

test("shares stay between 0 and 1, of the largest numbers too", () => {
  expect(shareBetween(0, -Number.MAX_VALUE, Number.MAX_VALUE)).toBe(0.5);
  expect(shareBetween(5, 5, 5)).toBe(0.5);
  expect(shareBetween(9, 0, 3)).toBe(1);
});
