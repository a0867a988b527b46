import { useCallback, useEffect, useMemo, useState } from "react";
import { fetchCurves } from "../../../api";
import type { ColumnName } from "../columns";
import { createSparkStore, type SparkStore } from "./sparkStore";

const POINTS = 30;
const MOST_METRICS = 10;
const PAUSE = 120;
const NO_METRICS: readonly string[] = [];

/** Small curves beside the values of metrics. */
export interface SparkCurves {
  /** Null where they are not shown. */
  readonly sparks: SparkStore | null;
  readonly refresh: (ids: readonly string[]) => void;
}

/** Fetches the small curves of the runs in sight, if they are shown, of the first metrics among the columns. */
export function useSparks(isShown: boolean, columns: readonly ColumnName[], visible: readonly string[]): SparkCurves {
  const [store] = useState(() =>
    createSparkStore((run_ids, keys) => fetchCurves({ run_ids, keys, max_points: POINTS })),
  );
  const metrics = useMemo(() => {
    if (!isShown) return NO_METRICS;
    const named = columns.filter(({ kind }) => kind === "metric").map(({ key }) => key);
    return named.slice(0, MOST_METRICS);
  }, [isShown, columns]);
  useEffect(() => {
    if (metrics.length === 0) return;
    const timer = setTimeout(() => store.want(visible, metrics), PAUSE);
    return () => clearTimeout(timer);
  }, [store, visible, metrics]);
  const refresh = useCallback((ids: readonly string[]) => store.refresh(ids, metrics), [store, metrics]);
  return { sparks: isShown ? store : null, refresh };
}
