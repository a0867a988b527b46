import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { type ChangesResponse, call } from "../../../api";
import { pollingInterval } from "../../../state";

const MOST_RUNS = 500;
const MOST_EXPERIMENTS = 100;

/** What goes on while the table is shown. */
export interface LiveRuns {
  /** How many runs began since the table was filled. */
  readonly newRuns: number;
  /** Whether any runs now. */
  readonly isLive: boolean;
  /** Why the server could not be asked. */
  readonly error: Error | null;
  readonly again: () => void;
  /** Forgets the new runs: they are shown now. */
  readonly clear: () => void;
}

/**
 * Asks every few seconds what has changed of the runs in sight.
 *
 * @param experimentIds Where new runs are looked for.
 * @param visible The runs in sight.
 * @param onChanged Told which of them are to be read anew.
 */
export function useLiveRuns(
  experimentIds: readonly string[],
  visible: readonly string[],
  onChanged: (ids: readonly string[]) => void,
): LiveRuns {
  const token = useRef("");
  const shown = useRef(visible);
  const tell = useRef(onChanged);
  const [newRuns, setNewRuns] = useState(0);
  useEffect(() => {
    shown.current = visible;
    tell.current = onChanged;
  }, [visible, onChanged]);
  const place = experimentIds.join(",");
  // biome-ignore lint/correctness/useExhaustiveDependencies: other experiments have other changes.
  useEffect(() => {
    token.current = "";
    setNewRuns(0);
  }, [place]);

  const { data, error, refetch } = useQuery<ChangesResponse, Error>({
    queryKey: ["find_changes", "runs", place],
    queryFn: async ({ signal }) => {
      const since = token.current;
      const answer = await call(
        "find_changes",
        {
          experiment_ids: experimentIds.slice(0, MOST_EXPERIMENTS),
          run_ids: shown.current.slice(0, MOST_RUNS),
          since,
        },
        { signal },
      );
      token.current = answer.token;
      if (since !== "" && answer.has_changed) {
        setNewRuns((count) => count + answer.new_runs);
        const changed = [...answer.changed_run_ids, ...answer.gone_run_ids];
        if (changed.length > 0) tell.current(changed);
      }
      return answer;
    },
    gcTime: 0,
    // A run may begin at any moment.
    refetchInterval: pollingInterval(true),
  });
  const again = useCallback(() => void refetch(), [refetch]);
  const clear = useCallback(() => setNewRuns(0), []);
  return { newRuns, isLive: (data?.running ?? 0) > 0, error, again, clear };
}
