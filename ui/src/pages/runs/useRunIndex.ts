import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { call, type RunColumnsResponse } from "../../api";
import { useLast } from "../../state";

/** Which runs there are, and in which order. */
export interface RunIndex {
  /** The runs in order, as far as they are known. */
  readonly ids: readonly string[];
  /** How many lines they need: those that are not known yet too. */
  readonly count: number;
  /** How many runs match; null until that is known. */
  readonly total: number | null;
  /** False if there may be more than `total`. */
  readonly isTotalExact: boolean;
  /** Whether nothing is known yet. */
  readonly isPending: boolean;
  /** Whether the runs of another question are still shown. */
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly refetch: () => void;
  /** Sees to it that the runs up to a line are known. */
  readonly reach: (count: number) => void;
}

/** What is asked. */
export interface RunQuestion {
  readonly experiment_ids: readonly string[];
  readonly filter: string;
  readonly order_by: readonly string[];
  /** Active runs, if left out. */
  readonly run_view_type?: "DELETED_ONLY";
}

const FIRST = 500;
const NEXT = 5_000;

/**
 * Returns the runs that match, in order: ids alone, page behind page, each only when somebody scrolls so far.
 *
 * Of itself it never changes while it is shown, so that no row moves under the reader's eyes.
 *
 * @param question What is asked.
 * @param enabled False asks for nothing yet.
 */
export function useRunIndex(question: RunQuestion, enabled: boolean): RunIndex {
  const { data, error, isPending, isPlaceholderData, isFetching, hasNextPage, fetchNextPage, refetch } =
    useInfiniteQuery({
      queryKey: ["search_run_columns", "index", question],
      queryFn: ({ pageParam, signal }) => fetchPage(question, pageParam, signal),
      initialPageParam: null as string | null,
      getNextPageParam: (last: RunColumnsResponse) => last.next_page_token ?? null,
      enabled,
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnMount: "always",
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      placeholderData: keepPreviousData,
    });
  const known = useLast(data);
  const ids = useMemo(
    () => (known?.pages ?? []).flatMap((page) => (page.attributes.run_id ?? []) as readonly string[]),
    [known],
  );
  const [wanted, setWanted] = useState(0);
  const isShort = wanted > ids.length;
  useEffect(() => {
    if (isShort && hasNextPage && !isFetching && error === null) void fetchNextPage();
  }, [isShort, hasNextPage, isFetching, error, fetchNextPage]);
  const first = known?.pages[0];
  const total = first?.total ?? null;
  const again = useCallback(() => void refetch(), [refetch]);
  const reach = useCallback((count: number) => setWanted(count), []);
  return {
    ids,
    count: hasNextPage ? Math.max(total ?? 0, ids.length + 1) : ids.length,
    total: known === undefined || hasNextPage ? total : ids.length,
    isTotalExact: !hasNextPage || (first?.total_is_exact ?? true),
    isPending,
    isBusy: isPlaceholderData,
    error,
    refetch: again,
    reach,
  };
}

function fetchPage(question: RunQuestion, token: string | null, signal: AbortSignal): Promise<RunColumnsResponse> {
  const { filter, ...others } = question;
  const request = { ...others, ...(filter === "" ? {} : { filter }), attributes: ["run_id"] as const };
  const page = token === null ? { max_results: FIRST } : { max_results: NEXT, page_token: token };
  return call("search_run_columns", { ...request, ...page }, { signal });
}
