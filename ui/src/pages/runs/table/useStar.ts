import { useMemo } from "react";
import { useAnswer } from "../../../state";
import { parseColumn } from "../columns";
import type { RunKeys } from "../useRunKeys";
import type { RunsView } from "../useRunsView";

/** Which runs are the best. */
export interface BestRuns {
  /** By which metric; null for none. */
  readonly metric: string | null;
  readonly ids: ReadonlySet<string>;
  readonly direction: "higher" | "lower" | null;
  /** Why there is no best run: code of the server's error; null if there is one, or as long as it is not known. */
  readonly code: string | null;
}

const MOST_MEANINGS = 50;
const NONE: ReadonlySet<string> = new Set();

/**
 * Returns the best of all runs that match, by the chosen metric and by which way is better for it.
 *
 * @param isReady False asks for nothing new: the runs themselves come first.
 */
export function useStar(
  experimentIds: readonly string[],
  view: Pick<RunsView, "filter" | "star" | "order">,
  keys: RunKeys,
  every: number | false,
  isReady: boolean,
): BestRuns {
  const usual = useUsualMetric(experimentIds, view, keys);
  const metric = view.star ?? usual;
  const isAsked = metric !== null && metric !== "";
  const { filter } = view;
  const { data, isPlaceholderData } = useAnswer(
    "search_run_columns",
    {
      experiment_ids: experimentIds,
      ...(filter === "" ? {} : { filter }),
      attributes: ["run_id"],
      max_results: 1,
      star: metric ?? "",
    },
    { enabled: isAsked && isReady, every },
  );
  const star = isAsked && !isPlaceholderData ? data?.star : null;
  return useMemo(() => {
    const direction = star?.direction === "higher" || star?.direction === "lower" ? star.direction : null;
    return {
      metric: isAsked ? metric : null,
      ids: star ? new Set(star.run_ids) : NONE,
      direction,
      code: star?.code ?? null,
    };
  }, [isAsked, metric, star]);
}

/** The metric that runs are ordered by, else the first one of which it is known which way is better. */
function useUsualMetric(
  experimentIds: readonly string[],
  view: Pick<RunsView, "star" | "order">,
  keys: RunKeys,
): string | null {
  const ordered = parseColumn(view.order.column);
  const metric = keys.metrics.slice(0, MOST_MEANINGS);
  const { data } = useAnswer(
    "get_metric_meanings",
    { experiment_id: experimentIds[0] ?? null, metric },
    { enabled: view.star === null && metric.length > 0, keepsPrevious: false },
  );
  if (ordered?.kind === "metric") return ordered.key;
  return data?.meanings.find(({ direction }) => direction !== "none")?.metric ?? null;
}
