import type { MetricValueMessage } from "../api";
import styles from "./KeyMetric.module.css";
import { ReadMetric } from "./ReadMetric";
import { Name } from "./Values";

/** The metric that tells best how good a version is: name, value, band. */
export function KeyMetric({
  metric,
  isShort = false,
}: {
  readonly metric: MetricValueMessage;
  readonly isShort?: boolean;
}) {
  return (
    <span className={styles.metric}>
      <Name text={metric.key} className={styles.key ?? ""} />
      <span className={styles.value}>
        <ReadMetric value={metric.value} reading={metric.reading} band={metric.band} isShort={isShort} />
      </span>
    </span>
  );
}
