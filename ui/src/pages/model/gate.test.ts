import { expect, test } from "vitest";
import { readGate } from "./gate";

test("what a gate measured is told by name, and whether it let the version through", () => {
  expect(readGate({ passed: true, roc_auc: 0.51, note: "better", folds: [1, 2] })).toEqual({
    isPassed: true,
    values: [
      ["roc_auc", "0.51"],
      ["note", "better"],
      ["folds", "[1,2]"],
    ],
  });
  expect(readGate({ passed: "yes" })).toEqual({ isPassed: null, values: [["passed", "yes"]] });
});
