/** Bands of a metric, from the worst to the best. */
export type BandWord = "bad" | "weak" | "fair" | "good" | "excellent";

/** Which values of a metric are better. */
export type DirectionWord = "higher" | "lower" | "none";

/** Between which numbers a band lies; null where it has no end. */
export interface BandRange {
  readonly band: BandWord;
  /** Its worse end. */
  readonly from: number | null;
  /** Its better end. */
  readonly to: number | null;
}

const WORDS: readonly BandWord[] = ["bad", "weak", "fair", "good", "excellent"];
/** How many thresholds stand between the bands. */
export const THRESHOLD_COUNT = WORDS.length - 1;

/** Returns the ranges of the five bands, the worst first; none where thresholds or direction are missing. */
export function bandRanges(thresholds: readonly number[] | null, direction: DirectionWord): readonly BandRange[] {
  if (thresholds === null || thresholds.length !== THRESHOLD_COUNT || direction === "none") return [];
  return WORDS.map((band, place) => ({
    band,
    from: thresholds[place - 1] ?? null,
    to: thresholds[place] ?? null,
  }));
}

/** Returns the band that a value is in, as the server does; null where it is in none. */
export function bandOf(value: number, thresholds: readonly number[] | null, direction: DirectionWord): BandWord | null {
  if (!Number.isFinite(value) || bandRanges(thresholds, direction).length === 0 || thresholds === null) return null;
  const sign = direction === "higher" ? 1 : -1;
  const last = thresholds.at(-1) ?? 0;
  if (sign * value > sign * last) return "excellent";
  // On a threshold between two bands a value is in the better one; the best begins beyond its threshold.
  const reached = thresholds.slice(0, -1).filter((threshold) => sign * value >= sign * threshold).length;
  return WORDS[reached] ?? null;
}

/** Tells whether a value reaches a target; null where there is nothing to reach. */
export function meetsTarget(value: number, target: number | null, direction: DirectionWord): boolean | null {
  if (target === null || direction === "none" || !Number.isFinite(value)) return null;
  return direction === "higher" ? value >= target : value <= target;
}

/** Tells whether thresholds go from the worst to the best. */
export function areOrdered(thresholds: readonly number[], direction: DirectionWord): boolean {
  const sign = direction === "lower" ? -1 : 1;
  return thresholds.every((threshold, place) => {
    const before = thresholds[place - 1];
    return before === undefined || sign * threshold > sign * before;
  });
}
