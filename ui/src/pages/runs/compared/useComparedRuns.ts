import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { call } from "../../../api";
import { distinctColours } from "../../../lib/colours";
import { pollingInterval } from "../../../state";
import { type ComparedRun, keysIn, steppedKeysIn, withKnown } from "./comparedRun";
import { type ComparedAnswer, fetchCompared } from "./fetchCompared";

/** Runs that are compared, as far as they could be had. */
export interface ComparedRuns extends ComparedAnswer {
  /** Number of the colour of each. */
  readonly colours: ReadonlyMap<string, number>;
  readonly paramKeys: readonly string[];
  readonly metricKeys: readonly string[];
  /** Those of the metrics that were logged step by step. */
  readonly steppedKeys: ReadonlySet<string>;
  /** Whether some of them run now. */
  readonly isLive: boolean;
  /** Whether nothing is known yet. */
  readonly isPending: boolean;
  /** Why they could not be had; what was there before stays. */
  readonly error: Error | null;
  readonly refetch: () => void;
}

// So many that run are read anew while they do.
const MOST_LIVE = 100;
const NOTHING: ComparedAnswer = { runs: [], gone: 0, left: 0 };

/** Returns runs with all their params and metrics; those that run are read anew every few seconds. */
export function useComparedRuns(runIds: readonly string[], experimentIds: readonly string[]): ComparedRuns {
  const whole = useQuery<ComparedAnswer, Error>({
    queryKey: ["search_runs", "compared", experimentIds, runIds],
    queryFn: ({ signal }) =>
      fetchCompared(runIds, experimentIds, (request) => call("search_runs", request, { signal })),
    enabled: runIds.length > 0,
    refetchOnWindowFocus: false,
    structuralSharing: shared,
    placeholderData: (before: ComparedAnswer | undefined) => before,
  } as Parameters<typeof useQuery<ComparedAnswer, Error>>[0]);
  const first = whole.data ?? NOTHING;
  const liveIds = useMemo(() => running(first.runs).slice(0, MOST_LIVE), [first]);
  const live = useQuery<ComparedAnswer, Error>({
    queryKey: ["search_runs", "compared", "live", experimentIds, liveIds],
    queryFn: ({ signal }) =>
      fetchCompared(liveIds, experimentIds, (request) => call("search_runs", request, { signal })),
    enabled: liveIds.length > 0,
    structuralSharing: shared,
    refetchInterval: (query) =>
      query.state.data === undefined || running(query.state.data.runs).length > 0 ? pollingInterval(true) : false,
  });
  const fresh = live.data;
  const { isPending, error, refetch } = whole;
  const again = live.refetch;
  return useMemo(() => {
    const newer = new Map((fresh?.runs ?? []).map((run) => [run.id, run]));
    const runs = first.runs.map((run) => newer.get(run.id) ?? run);
    return {
      ...first,
      runs,
      colours: distinctColours(runs.map(({ id }) => id)),
      paramKeys: keysIn(runs, "params"),
      metricKeys: keysIn(runs, "metrics"),
      steppedKeys: steppedKeysIn(runs),
      isLive: running(runs).length > 0,
      isPending: isPending && runIds.length > 0,
      error: error ?? live.error,
      refetch: () => void (error === null ? again() : refetch()),
    };
  }, [first, fresh, isPending, runIds.length, error, live.error, again, refetch]);
}

function running(runs: readonly ComparedRun[]): string[] {
  return runs.filter(({ status }) => status === "RUNNING").map(({ id }) => id);
}

/** What has not changed stays the same thing. */
function shared(before: unknown, now: unknown): unknown {
  const old = before as ComparedAnswer | undefined;
  const answer = now as ComparedAnswer;
  if (old === undefined) return answer;
  const runs = withKnown(old.runs, answer.runs);
  return runs === old.runs && old.gone === answer.gone && old.left === answer.left ? old : { ...answer, runs };
}
