import type { MetricValueMessage } from "../../api";
import { Name, ReadMetric } from "../../components";
import styles from "./List.module.css";

/** The metric that tells best how good a version is. */
export function KeyMetric({ metric }: { readonly metric: MetricValueMessage }) {
  return (
    <span className={styles.metric}>
      <Name text={metric.key} />
      <ReadMetric value={metric.value} reading={metric.reading} band={metric.band} />
    </span>
  );
}
