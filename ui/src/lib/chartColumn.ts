import { isSame } from "./differences";

/** A value of a run as it was logged: params are texts, metrics are numbers; null or undefined is none. */
export type LoggedValue = string | number | null | undefined;

/** Why a value has no place on an axis; also name of a text. */
export const LACKS = ["absent", "nan", "infinite", "offLog"] as const;

/** One of them. */
export type Lack = (typeof LACKS)[number];

/** A param or a metric of several runs as an axis shows it. */
export interface ChartColumn {
  /** Whether it is an axis of numbers; else its texts stand one beside the other. */
  readonly isNumeric: boolean;
  /** Whether its numbers go by powers of ten. */
  readonly isLog: boolean;
  /** The texts of an axis of texts, in their order; empty for numbers. */
  readonly texts: readonly string[];
  /** Where each run lies: its number, or the place of its text; null where it has none. */
  readonly positions: readonly (number | null)[];
  /** Why a run has no place; null where it has one. */
  readonly lacks: readonly (Lack | null)[];
}

/** How many runs have no place on an axis, and why. */
export interface LackCount {
  /** Which of the columns. */
  readonly place: number;
  readonly lack: Lack;
  readonly count: number;
}

/** The runs that have a place on every axis. */
export interface CompleteRuns {
  /** Which of the runs. */
  readonly places: readonly number[];
  /** Why others are missing: each is counted once, by the first axis that it has no place on. */
  readonly lacks: readonly LackCount[];
}

// Learning rates from 0.0001 to 0.1 are so far from each other.
const FAR = 1_000;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const ODD: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
  "+inf": Number.POSITIVE_INFINITY,
  "+infinity": Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
  "-infinity": Number.NEGATIVE_INFINITY,
};

/** Returns the number that a logged value means, NaN and infinities among them; null if it means none. */
export function numberIn(value: LoggedValue): number | null {
  if (typeof value === "number") return value;
  const text = value?.trim() ?? "";
  return NUMBER.test(text) ? Number(text) : (ODD[text.toLowerCase()] ?? null);
}

/**
 * Returns an axis for values: of numbers where all that there are mean one, else of texts.
 *
 * @param values The value of each run.
 * @param isLog Whether numbers are to go by powers of ten.
 */
export function chartColumn(values: readonly LoggedValue[], isLog = false): ChartColumn {
  const present = values.filter((value) => value != null);
  return present.every((value) => numberIn(value) !== null) ? numberColumn(values, isLog) : textColumn(values);
}

/** Returns an axis on which each value has a place of its own, numbers too: for groups. */
export function textColumn(values: readonly LoggedValue[]): ChartColumn {
  const texts = [...new Set(values.flatMap((value) => (value == null ? [] : [String(value)])))].sort(compareTexts);
  const places = new Map(texts.map((text, place) => [text, place]));
  return {
    isNumeric: false,
    isLog: false,
    texts,
    positions: values.map((value) => (value == null ? null : (places.get(String(value)) ?? null))),
    lacks: values.map((value) => (value == null ? "absent" : null)),
  };
}

/** Returns which runs have a place on all of the columns, and why the others have not. */
export function completeRuns(columns: readonly ChartColumn[], count: number): CompleteRuns {
  const places: number[] = [];
  const lacks = new Map<string, LackCount>();
  for (let run = 0; run < count; run += 1) {
    const place = columns.findIndex((column) => column.positions[run] == null);
    if (place < 0) {
      places.push(run);
      continue;
    }
    const lack = columns[place]?.lacks[run] ?? "absent";
    const key = `${place} ${lack}`;
    lacks.set(key, { place, lack, count: (lacks.get(key)?.count ?? 0) + 1 });
  }
  return { places, lacks: [...lacks.values()].sort((one, other) => one.place - other.place) };
}

/** Tells whether runs differ in a column: one without a value differs from one that has one. */
export function isTelling(values: readonly LoggedValue[]): boolean {
  return !isSame(values);
}

/** Tells whether values are all above 0 and so far from each other that one sees them on a logarithmic axis alone. */
export function spansDecades(values: readonly LoggedValue[]): boolean {
  let least = Number.POSITIVE_INFINITY;
  let greatest = 0;
  for (const value of values) {
    if (value == null) continue;
    const number = numberIn(value);
    if (number === null || number <= 0) return false;
    if (!Number.isFinite(number)) continue;
    least = Math.min(least, number);
    greatest = Math.max(greatest, number);
  }
  return greatest >= least * FAR;
}

/** Orders numbers by size, before texts by the alphabet. */
export function compareTexts(one: string, other: string): number {
  const first = numberIn(one);
  const second = numberIn(other);
  if (first !== null && second !== null) return orderOf(first) - orderOf(second) || one.localeCompare(other);
  if (first === null && second === null) return one.localeCompare(other, undefined, { numeric: true });
  return first === null ? 1 : -1;
}

function numberColumn(values: readonly LoggedValue[], isLog: boolean): ChartColumn {
  const lacks = values.map((value): Lack | null => {
    const number = numberIn(value);
    if (number === null) return "absent";
    if (Number.isNaN(number)) return "nan";
    if (!Number.isFinite(number)) return "infinite";
    return isLog && number <= 0 ? "offLog" : null;
  });
  const positions = values.map((value, place) => (lacks[place] === null ? numberIn(value) : null));
  return { isNumeric: true, isLog, texts: [], positions, lacks };
}

// Differences of infinities are NaN, by which nothing can be ordered.
function orderOf(number: number): number {
  if (Number.isNaN(number)) return Number.MAX_VALUE;
  return Math.min(Math.max(number, -Number.MAX_VALUE / 2), Number.MAX_VALUE / 2);
}
