import type { ModelVersionRowMessage } from "../../api";

/** Tag of a registered model that names the metric by which its versions are judged. */
export const KEY_METRIC_TAG = "trialog.key_metric";

/** Returns the metrics of some versions, by name. */
export function metricsOf(versions: readonly Pick<ModelVersionRowMessage, "metrics">[]): readonly string[] {
  return [...new Set(versions.flatMap(({ metrics }) => Object.keys(metrics)))].sort();
}
