import type { MetricSummaryMessage } from "../../api";
import { toNumber, type WireNumber } from "../../lib/numbers";

/** By what metrics are sorted in their table. */
export const METRIC_COLUMNS = ["key", "last", "min", "max", "count", "last_step", "last_timestamp"] as const;

/** One of them. */
export type MetricColumn = (typeof METRIC_COLUMNS)[number];

/** Returns metrics in an order; those without a value, or with one that is none, come last either way. */
export function orderedMetrics(
  metrics: readonly MetricSummaryMessage[],
  column: MetricColumn,
  isDescending: boolean,
): readonly MetricSummaryMessage[] {
  const sign = isDescending ? -1 : 1;
  if (column === "key") {
    return metrics.toSorted((one, other) => sign * one.key.localeCompare(other.key, undefined, { numeric: true }));
  }
  return metrics.toSorted((one, other) => compare(one[column], other[column], sign));
}

function compare(one: WireNumber | null, other: WireNumber | null, sign: number): number {
  const first = one === null ? Number.NaN : toNumber(one);
  const second = other === null ? Number.NaN : toNumber(other);
  if (Number.isNaN(first) || Number.isNaN(second)) return Number(Number.isNaN(first)) - Number(Number.isNaN(second));
  return first === second ? 0 : sign * (first < second ? -1 : 1);
}
