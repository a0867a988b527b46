import { expect, test } from "vitest";
import type { MetricMeaningMessage } from "../../../api";
import { draftOf, emptyDraft, faultsOf, knownWithout, meaningWith, numberIn, requestOf } from "./meaningDraft";

const AUC = { direction: "higher", unit: "none", scale: 1, thresholds: [0.5, 0.6, 0.7, 0.8], target: null } as const;

test("numbers are read as people of all languages type them", () => {
  expect(["0.5", "0,5", "1 000", "−3", "1,000.5", "", "x", "NaN"].map(numberIn)).toEqual([
    0.5,
    0.5,
    1000,
    -3,
    null,
    null,
    null,
    null,
  ]);
});

test("a draft sends what was filled in, and nothing else", () => {
  const draft = {
    ...emptyDraft(" val/* "),
    direction: "lower",
    bands: "own",
    thresholds: ["4", "3", "2", "1"],
  } as const;
  expect(faultsOf(draft, null)).toEqual({});
  expect(requestOf(draft)).toEqual({ pattern: "val/*", direction: "lower", thresholds: [4, 3, 2, 1] });
  expect(requestOf({ ...emptyDraft("a"), bands: "none", target: "none" })).toEqual({
    pattern: "a",
    without: ["thresholds", "target"],
  });
});

test("what was said comes back as it was filled in", () => {
  const said = {
    pattern: "roc_auc",
    last_updated_timestamp: 1,
    actor: "ada",
    thresholds: [0.5, 0.6, 0.7, 0.8],
    target: 0.75,
  };
  expect(requestOf(draftOf(said))).toEqual({ pattern: "roc_auc", thresholds: [0.5, 0.6, 0.7, 0.8], target: 0.75 });
  expect(draftOf({ ...said, thresholds: null, without: ["thresholds"] }).bands).toBe("none");
});

test("faults are found before anything is sent", () => {
  expect(faultsOf(emptyDraft(), null)).toEqual({ pattern: "name", all: "nothing" });
  expect(faultsOf({ ...emptyDraft("a"), scale: "0" }, null)).toEqual({ scale: "scale" });
  const own = { ...emptyDraft("a"), bands: "own", thresholds: ["1", "2", "3", "4"] } as const;
  expect(faultsOf(own, null)).toEqual({ bands: "direction" });
  expect(faultsOf(own, AUC)).toEqual({});
  expect(faultsOf({ ...own, direction: "lower" }, AUC)).toEqual({ bands: "order" });
  expect(faultsOf({ ...own, thresholds: ["1", "", "3", "4"] }, AUC)).toEqual({ bands: "number" });
  expect(faultsOf({ ...emptyDraft("a"), target: "own" }, AUC)).toEqual({ target: "number" });
});

test("whoever turns the direction round drops bands that were meant for the other one", () => {
  expect(meaningWith(emptyDraft("a"), AUC)).toEqual(AUC);
  expect(meaningWith({ ...emptyDraft("a"), direction: "lower" }, AUC).thresholds).toBeNull();
});

test("fractions turn into percent with their bands, other units drop them", () => {
  const share = { ...AUC, unit: "fraction" };
  const percent = meaningWith({ ...emptyDraft("a"), unit: "percent" }, share);
  expect([percent.scale, percent.thresholds]).toEqual([100, AUC.thresholds]);
  expect(meaningWith({ ...emptyDraft("a"), unit: "USD" }, share).thresholds).toBeNull();
});

test("what is known without a statement leaves out what that says", () => {
  const server = { origin: "server", pattern: "roc_auc" } as const;
  const known = { origin: "default", pattern: null } as const;
  const meaning: MetricMeaningMessage = {
    ...AUC,
    metric: "roc_auc",
    target: 0.9,
    ambiguous: false,
    choices: [],
    offered_thresholds: null,
    notes: [],
    sources: { direction: known, unit: known, scale: known, thresholds: known, target: server },
    logged: null,
  };
  expect(knownWithout(meaning, { pattern: "roc_auc", experimentId: null })).toEqual(AUC);
  expect(knownWithout(meaning, null).target).toBe(0.9);
});
