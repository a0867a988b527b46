import { expect, test } from "vitest";
import { chartGroups, isLayout, shownKeys, USUAL_LAYOUT } from "./chartLayout";

const KEYS = ["acc", "loss", "system/cpu", "val_loss"];

test("metrics that are kept first come first, those of the machine last, hidden ones not at all", () => {
  expect(shownKeys(KEYS, USUAL_LAYOUT, "")).toEqual(["acc", "loss", "val_loss", "system/cpu"]);
  const layout = { ...USUAL_LAYOUT, first: ["val_loss", "gone"], hidden: ["acc"] };
  expect(shownKeys(KEYS, layout, "")).toEqual(["val_loss", "loss", "system/cpu"]);
});

test("what is looked for is found, hidden or not", () => {
  expect(shownKeys(KEYS, { ...USUAL_LAYOUT, hidden: ["acc"] }, "acc")).toEqual(["acc"]);
});

test("what the browser kept is taken if it has the right shape", () => {
  expect([isLayout(USUAL_LAYOUT), isLayout({ size: "huge", first: [], hidden: [] }), isLayout(null)]).toEqual([
    true,
    false,
    false,
  ]);
});

test("charts of one kind that follow each other are a group", () => {
  const groups = chartGroups(["acc", "loss", "lr", "f1"], (key) => key.startsWith("l"));
  expect(groups).toEqual([
    { isCurves: false, keys: ["acc"] },
    { isCurves: true, keys: ["loss", "lr"] },
    { isCurves: false, keys: ["f1"] },
  ]);
});
