import { matchScore } from "../../../lib/matching";

/** How large charts are. */
export const CHART_SIZES = ["small", "normal", "large"] as const;

/** One of them. */
export type ChartSize = (typeof CHART_SIZES)[number];

/** Which charts an experiment has, in the eyes of one reader. */
export interface ChartLayout {
  readonly size: ChartSize;
  /** Metrics that stand first, in this order. */
  readonly first: readonly string[];
  /** Metrics that are not shown. */
  readonly hidden: readonly string[];
}

/** As long as nobody changed anything. */
export const USUAL_LAYOUT: ChartLayout = { size: "normal", first: [], hidden: [] };

/** Measures of a chart. */
export interface ChartMeasures {
  /** Height of what is drawn, in pixels. */
  readonly height: number;
  /** The narrowest that a card gets, in pixels. */
  readonly width: number;
  /** Most points of a curve: with so few for its room, the server need not open what a series of 100,000 consists of. */
  readonly points: number;
}

/** Measures of each size. */
export const MEASURES: Readonly<Record<ChartSize, ChartMeasures>> = {
  small: { height: 140, width: 300, points: 480 },
  normal: { height: 200, width: 420, points: 640 },
  large: { height: 340, width: 760, points: 1_200 },
};

const SYSTEM = "system/";

/**
 * Returns the metrics whose charts are shown, in order: those kept first, then all others, and those of the machine last.
 *
 * @param keys All metrics, those that come before others first.
 * @param layout What is hidden and what stands first.
 * @param search What was typed to find some: what is hidden is found too.
 */
export function shownKeys(keys: readonly string[], { first, hidden }: ChartLayout, search: string): string[] {
  const known = new Set(keys);
  const kept = first.filter((key) => known.has(key));
  const others = keys.filter((key) => !first.includes(key));
  const ordered = [
    ...kept,
    ...others.filter((key) => !key.startsWith(SYSTEM)),
    ...others.filter((key) => key.startsWith(SYSTEM)),
  ];
  const typed = search.trim();
  if (typed !== "") return ordered.filter((key) => matchScore(key, typed) !== null);
  const out = new Set(hidden);
  return ordered.filter((key) => !out.has(key));
}

/** Charts of one kind that follow each other. */
export interface ChartGroup {
  readonly isCurves: boolean;
  readonly keys: readonly string[];
}

/** Returns charts in their order, in groups of one kind each: those of one kind have one height. */
export function chartGroups(keys: readonly string[], isCurve: (key: string) => boolean): ChartGroup[] {
  const groups: { isCurves: boolean; keys: string[] }[] = [];
  for (const key of keys) {
    const isCurves = isCurve(key);
    const last = groups.at(-1);
    if (last?.isCurves === isCurves) last.keys.push(key);
    else groups.push({ isCurves, keys: [key] });
  }
  return groups;
}

/** Tells whether what the browser kept is a layout. */
export function isLayout(kept: unknown): kept is ChartLayout {
  if (typeof kept !== "object" || kept === null) return false;
  const { size, first, hidden } = kept as Partial<ChartLayout>;
  return CHART_SIZES.some((known) => known === size) && isTexts(first) && isTexts(hidden);
}

function isTexts(list: unknown): boolean {
  return Array.isArray(list) && list.every((text) => typeof text === "string");
}
