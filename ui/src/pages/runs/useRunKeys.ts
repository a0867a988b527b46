import { useMemo, useState } from "react";
import { isClientTag } from "../../lib/clientTags";
import { pollingInterval, useAnswer } from "../../state";
import { type ColumnName, columnId, PARENT_TAG } from "./columns";
import type { ColumnSetting } from "./useRunsView";

/** Names under which the runs logged something. */
export interface RunKeys {
  readonly metrics: readonly string[];
  readonly params: readonly string[];
  readonly tags: readonly string[];
  /** Whether some runs are parts of others. */
  readonly hasNested: boolean;
  /** Whether that is known, or will not be. */
  readonly isNestingKnown: boolean;
  /** Whether all this is known, or will not be. */
  readonly isKnown: boolean;
}

const MOST = 200;
const MOST_TAGS = 1_000;
// So many of each are columns as long as nobody chose others.
const USUAL_COUNT = 8;
const USUAL_TAG_COUNT = 3;
const SYSTEM_METRICS = "system/";
const NONE: readonly string[] = [];

/** Returns the first names by the alphabet under which runs of experiments logged something. */
export function useRunKeys(experimentIds: readonly string[]): RunKeys {
  const ask = { experiment_ids: experimentIds };
  // Where nothing was measured yet, the first run is awaited.
  const [isAwaited, setIsAwaited] = useState(false);
  const options = { keepsPrevious: false, every: pollingInterval(isAwaited) };
  const metrics = useAnswer("find_run_keys", { ...ask, kind: "metric", max_results: MOST }, options);
  const params = useAnswer("find_run_keys", { ...ask, kind: "param", max_results: MOST }, options);
  const tags = useAnswer("find_run_keys", { ...ask, kind: "tag", max_results: MOST_TAGS }, options);
  const hasNoMetric = metrics.data?.keys.length === 0;
  if (hasNoMetric !== isAwaited) setIsAwaited(hasNoMetric);
  const isNestingKnown = !tags.isPending;
  const isKnown = !metrics.isPending && !params.isPending && !tags.isPending;
  const metricKeys = metrics.data?.keys ?? NONE;
  const paramKeys = params.data?.keys ?? NONE;
  const tagKeys = tags.data?.keys ?? NONE;
  return useMemo(
    () => ({
      metrics: metricKeys,
      params: paramKeys,
      tags: tagKeys,
      hasNested: tagKeys.includes(PARENT_TAG),
      isNestingKnown,
      isKnown,
    }),
    [metricKeys, paramKeys, tagKeys, isNestingKnown, isKnown],
  );
}

/** Returns the columns as long as nobody chose others. */
export function usualColumns(keys: RunKeys, isMany: boolean): ColumnSetting {
  const metrics = keys.metrics.filter((key) => !key.startsWith(SYSTEM_METRICS)).slice(0, USUAL_COUNT);
  const params = keys.params.slice(0, USUAL_COUNT);
  const tags = keys.tags.filter((key) => !isClientTag(key)).slice(0, USUAL_TAG_COUNT);
  const columns: ColumnName[] = [
    { kind: "attribute", key: "run_name" },
    ...(isMany ? [{ kind: "attribute", key: "experiment_id" } as const] : []),
    { kind: "attribute", key: "start_time" },
    { kind: "attribute", key: "source" },
    ...params.map((key) => ({ kind: "param", key }) as const),
    ...metrics.map((key) => ({ kind: "metric", key }) as const),
    { kind: "attribute", key: "duration" },
    { kind: "attribute", key: "status" },
    { kind: "attribute", key: "user_id" },
    ...tags.map((key) => ({ kind: "tag", key }) as const),
  ];
  return { columns: columns.map(columnId), pinned: ["run_name"] };
}
