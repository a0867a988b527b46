import { expect, test } from "vitest";
import { bestMatches, matchScore } from "./matching";

test("all words have to be there", () => {
  expect(matchScore("Open experiments", "exp open")).not.toBeNull();
  expect(matchScore("Open experiments", "exp close")).toBeNull();
});

test("beginnings of words come first", () => {
  const found = bestMatches(["val_accuracy", "accuracy", "inaccuracy"], (text) => text, "acc");
  expect(found).toEqual(["accuracy", "val_accuracy", "inaccuracy"]);
});

test("letters of every language are small or large alike", () => {
  expect(matchScore("Запуски", "запу")).not.toBeNull();
});
