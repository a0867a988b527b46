import type { MetricSummaryMessage } from "../../api";

/** Metrics as they are shown: as a value, or as a curve. */
export interface MetricKinds {
  /** Those that were logged once. */
  readonly values: readonly MetricSummaryMessage[];
  readonly curves: readonly MetricSummaryMessage[];
  /** Whether values stand above curves: many would leave no place for these. */
  readonly areValuesFirst: boolean;
}

const FEW_VALUES = 24;

/** Parts metrics by what there is to be seen of them; of those that nobody counted there may be a curve. */
export function metricKinds(metrics: readonly MetricSummaryMessage[]): MetricKinds {
  const values = metrics.filter(({ count }) => count === 1);
  const curves = metrics.filter(({ count }) => count !== 1);
  return { values, curves, areValuesFirst: values.length <= FEW_VALUES };
}
