import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { call, type RunColumnsResponse } from "../../api";
import { useLast } from "../../state";
import type { RowStore } from "./rowStore";
import type { ColumnChoice } from "./runRow";

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

/** What is to be known of the first runs at once, so that they are drawn as soon as their order is known. */
export interface FirstRows {
  readonly choice: ColumnChoice;
  /** Keeps them. */
  readonly store: RowStore;
}

interface IndexPage {
  readonly answer: RunColumnsResponse;
  /** What is known of its runs; null if that is their ids. */
  readonly choice: ColumnChoice | null;
}

interface PagePlace {
  readonly token: string;
  readonly size: number;
}

// More than any screen has lines.
const FIRST = 100;
const SECOND = 1_000;
const NEXT = 5_000;

/**
 * Returns the runs that match, in order: page behind page, each only when somebody scrolls so far. The first page comes
 * with the values of its runs, all others are ids alone.
 *
 * Of itself it never changes while it is shown, so that no row moves under the reader's eyes.
 *
 * @param question What is asked.
 * @param rows What is to be known of the first runs; null for nothing but their ids.
 * @param enabled False asks for nothing yet.
 */
export function useRunIndex(question: RunQuestion, rows: FirstRows | null, enabled: boolean): RunIndex {
  const queryKey = ["search_run_columns", "index", question];
  useKeptRows(queryKey, rows);
  const { data, error, isPending, isPlaceholderData, isFetching, hasNextPage, fetchNextPage, refetch } =
    useInfiniteQuery({
      queryKey,
      queryFn: ({ pageParam, signal }) => fetchPage(question, pageParam, rows, signal),
      initialPageParam: null as PagePlace | null,
      getNextPageParam: ({ answer }: IndexPage, pages: readonly IndexPage[]): PagePlace | null =>
        answer.next_page_token ? { token: answer.next_page_token, size: pages.length === 1 ? SECOND : NEXT } : null,
      enabled,
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnMount: "always",
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      placeholderData: keepPreviousData,
    });
  const known = useLast(data);
  const ids = useMemo(
    () => (known?.pages ?? []).flatMap(({ answer }) => (answer.attributes.run_id ?? []) as readonly string[]),
    [known],
  );
  const [wanted, setWanted] = useState(0);
  const isShort = wanted > ids.length;
  useEffect(() => {
    if (isShort && hasNextPage && !isFetching && error === null) void fetchNextPage();
  }, [isShort, hasNextPage, isFetching, error, fetchNextPage]);
  const first = known?.pages[0]?.answer;
  // Of what is shown: while the runs of another question are on their way, the table is as long as it was.
  const hasMore = Boolean(known?.pages.at(-1)?.answer.next_page_token);
  const total = first?.total ?? null;
  const again = useCallback(() => void refetch(), [refetch]);
  const reach = useCallback((count: number) => setWanted(count), []);
  return {
    ids,
    count: hasMore ? Math.max(total ?? 0, ids.length + 1) : ids.length,
    total: known === undefined || hasMore ? total : ids.length,
    isTotalExact: !hasMore || (first?.total_is_exact ?? true),
    isPending,
    isBusy: isPlaceholderData,
    error,
    refetch: again,
    reach,
  };
}

/** What was fetched before, and is shown again, is shown with the values that came with it. */
function useKeptRows(queryKey: readonly unknown[], rows: FirstRows | null): void {
  const client = useQueryClient();
  useState(() => {
    const first = client.getQueryData<InfiniteData<IndexPage>>(queryKey)?.pages[0];
    if (first !== undefined && first.choice !== null) rows?.store.take(first.answer, first.choice);
  });
}

async function fetchPage(
  question: RunQuestion,
  place: PagePlace | null,
  rows: FirstRows | null,
  signal: AbortSignal,
): Promise<IndexPage> {
  const { filter, ...others } = question;
  const request = { ...others, ...(filter === "" ? {} : { filter }) };
  if (place !== null || rows === null) {
    const page = place === null ? { max_results: FIRST } : { max_results: place.size, page_token: place.token };
    const ids = { attributes: ["run_id"] as const };
    return { answer: await call("search_run_columns", { ...request, ...ids, ...page }, { signal }), choice: null };
  }
  const { choice, store } = rows;
  const answer = await call("search_run_columns", { ...request, ...choice, max_results: FIRST }, { signal });
  store.take(answer, choice);
  return { answer, choice };
}
