import type { ChartCurve } from "./curveTypes";

/** The values of a curve in short; what is NaN or infinite counts for `last` alone. */
export interface CurveStatistics {
  readonly count: number;
  readonly first: number | null;
  readonly last: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** Returns the values of a curve in short: of what is shown of it. */
export function statisticsOf(curve: ChartCurve): CurveStatistics {
  let min: number | null = null;
  let max: number | null = null;
  for (const value of curve.values) {
    if (!Number.isFinite(value)) continue;
    if (min === null || value < min) min = value;
    if (max === null || value > max) max = value;
  }
  return { count: curve.total, first: curve.values[0] ?? null, last: curve.values.at(-1) ?? null, min, max };
}
