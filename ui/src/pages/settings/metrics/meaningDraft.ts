import type { MetricMeaningMessage, MetricMeaningOverrideMessage, SetMetricMeaning } from "../../../api";
import { areOrdered, type DirectionWord, THRESHOLD_COUNT } from "../../../lib/bands";

/** Whether a part is left as it was known, said, or said not to be there. */
export type PartChoice = "known" | "own" | "none";

/** What somebody is about to say of a metric, as it stands in the fields. An empty field says nothing. */
export interface MeaningDraft {
  readonly pattern: string;
  readonly direction: "" | DirectionWord;
  readonly unit: string;
  readonly scale: string;
  readonly bands: PartChoice;
  readonly thresholds: readonly string[];
  readonly target: PartChoice;
  readonly targetText: string;
}

/** What can be wrong with a draft. */
export type DraftFault = "name" | "number" | "scale" | "order" | "direction" | "nothing";

/** What is wrong with each part of a draft. */
export type DraftFaults = Readonly<Partial<Record<"pattern" | "scale" | "bands" | "target" | "all", DraftFault>>>;

/** The parts of a meaning that tell how a value is shown and judged. */
export interface ShownMeaning {
  readonly direction: DirectionWord;
  readonly unit: string;
  /** Null as long as nobody said which of two scales is meant. */
  readonly scale: number | null;
  readonly thresholds: readonly number[] | null;
  readonly target: number | null;
}

const PERCENT = "percent";
const FRACTION = "fraction";
const NOTHING_KNOWN: ShownMeaning = { direction: "none", unit: "none", scale: 1, thresholds: null, target: null };

/** Returns a draft that says nothing yet. */
export function emptyDraft(pattern = ""): MeaningDraft {
  const thresholds = Array.from({ length: THRESHOLD_COUNT }, () => "");
  return {
    pattern,
    direction: "",
    unit: "",
    scale: "",
    bands: "known",
    thresholds,
    target: "known",
    targetText: "",
  };
}

/** Returns what was said as a draft. */
export function draftOf(said: MetricMeaningOverrideMessage): MeaningDraft {
  const without = said.without ?? [];
  return {
    pattern: said.pattern,
    direction: said.direction ?? "",
    unit: said.unit ?? "",
    scale: written(said.scale),
    bands: said.thresholds != null ? "own" : without.includes("thresholds") ? "none" : "known",
    thresholds: said.thresholds?.map(written) ?? emptyDraft().thresholds,
    target: said.target != null ? "own" : without.includes("target") ? "none" : "known",
    targetText: written(said.target),
  };
}

/** Returns the number that somebody typed; null if it is none. A decimal comma is one, too. */
export function numberIn(text: string): number | null {
  const plain = text.replaceAll(/[\s\u00A0\u202F]/g, "").replace("−", "-");
  const commas = plain.split(",").length - 1;
  const number = Number(commas === 1 && !plain.includes(".") ? plain.replace(",", ".") : plain);
  return plain === "" || !Number.isFinite(number) ? null : number;
}

/** Returns what is wrong with a draft; an empty answer means that it can be sent. */
export function faultsOf(draft: MeaningDraft, known: ShownMeaning | null): DraftFaults {
  const faults: Partial<Record<keyof DraftFaults, DraftFault>> = {};
  const direction = draft.direction === "" ? (known?.direction ?? "none") : draft.direction;
  if (draft.pattern.trim() === "") faults.pattern = "name";
  const scale = numberIn(draft.scale);
  if (draft.scale.trim() !== "" && (scale === null || scale <= 0)) faults.scale = "scale";
  if (draft.bands === "own") {
    const thresholds = draft.thresholds.map(numberIn);
    if (thresholds.includes(null)) faults.bands = "number";
    else if (direction === "none") faults.bands = "direction";
    else if (!areOrdered(thresholds as number[], direction)) faults.bands = "order";
  }
  if (draft.target === "own") {
    if (numberIn(draft.targetText) === null) faults.target = "number";
    else if (direction === "none") faults.target = "direction";
  }
  const saysNothing =
    draft.direction === "" &&
    draft.unit.trim() === "" &&
    draft.scale.trim() === "" &&
    draft.bands === "known" &&
    draft.target === "known";
  if (saysNothing) faults.all = "nothing";
  return faults;
}

/** Returns the request that a draft without faults is sent as. */
export function requestOf(draft: MeaningDraft): SetMetricMeaning {
  const scale = numberIn(draft.scale);
  const target = draft.target === "own" ? numberIn(draft.targetText) : null;
  const without = [
    ...(draft.bands === "none" ? (["thresholds"] as const) : []),
    ...(draft.target === "none" ? (["target"] as const) : []),
  ];
  return {
    pattern: draft.pattern.trim(),
    ...(draft.direction === "" ? {} : { direction: draft.direction }),
    ...(draft.unit.trim() === "" ? {} : { unit: draft.unit.trim() }),
    ...(scale === null ? {} : { scale }),
    ...(draft.bands === "own" ? { thresholds: thresholdsIn(draft) } : {}),
    ...(target === null ? {} : { target }),
    ...(without.length === 0 ? {} : { without }),
  };
}

/** Returns what a metric would mean with a draft, over what is known of it without. */
export function meaningWith(draft: MeaningDraft, known: ShownMeaning | null): ShownMeaning {
  const base = known ?? NOTHING_KNOWN;
  const direction = draft.direction === "" ? base.direction : draft.direction;
  const unit = draft.unit.trim() === "" ? base.unit : draft.unit.trim();
  // Bands that were meant for the other direction, or for another unit, do not count any more.
  const isKept = direction === base.direction && (unit === base.unit || isShare(unit, base.unit));
  const thresholds = thresholdsIn(draft);
  const isWhole = !draft.thresholds.map(numberIn).includes(null);
  return {
    direction,
    unit,
    scale: numberIn(draft.scale) ?? turned(base.scale, base.unit, unit),
    thresholds: draft.bands === "own" ? (isWhole ? thresholds : null) : kept(draft.bands, isKept, base.thresholds),
    target: draft.target === "own" ? numberIn(draft.targetText) : kept(draft.target, isKept, base.target),
  };
}

/** Returns what is known of a metric without what one statement says of it. */
export function knownWithout(
  meaning: MetricMeaningMessage,
  said: { readonly pattern: string; readonly experimentId: string | null } | null,
): ShownMeaning {
  const origin = said?.experimentId == null ? "server" : "experiment";
  function isOther(part: keyof MetricMeaningMessage["sources"]): boolean {
    const source = meaning.sources[part];
    return said === null || source.origin !== origin || source.pattern !== said.pattern;
  }
  return {
    direction: isOther("direction") ? meaning.direction : NOTHING_KNOWN.direction,
    unit: isOther("unit") ? meaning.unit : NOTHING_KNOWN.unit,
    scale: isOther("scale") ? meaning.scale : NOTHING_KNOWN.scale,
    thresholds: isOther("thresholds") ? meaning.thresholds : null,
    target: isOther("target") ? meaning.target : null,
  };
}

function thresholdsIn(draft: MeaningDraft): number[] {
  return draft.thresholds.map((text) => numberIn(text) ?? Number.NaN);
}

function kept<Value>(choice: PartChoice, isKept: boolean, value: Value | null): Value | null {
  return choice === "known" && isKept ? value : null;
}

function isShare(unit: string, other: string): boolean {
  return [unit, other].every((word) => word === PERCENT || word === FRACTION);
}

function turned(scale: number | null, before: string, after: string): number | null {
  if (scale === null || before === after || !isShare(before, after)) return scale;
  return after === PERCENT ? scale * 100 : scale / 100;
}

function written(number: number | null | undefined): string {
  return number == null ? "" : String(number);
}
