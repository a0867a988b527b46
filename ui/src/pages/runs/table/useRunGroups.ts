import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { call, type RequestOf, type RunGroupMessage } from "../../../api";
import { useLast } from "../../../state";

/** Groups of runs as far as they are fetched. */
export interface RunGroups {
  readonly groups: readonly RunGroupMessage[];
  readonly total: number;
  /** How many runs were looked at. */
  readonly runs: number;
  /** Whether those are all. */
  readonly isComplete: boolean;
  readonly isPending: boolean;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly refetch: () => void;
  /** Sees to it that the groups up to a line are fetched. */
  readonly reach: (count: number) => void;
}

/** What is asked: all of it but the page. */
export type GroupQuestion = Omit<RequestOf<"find_run_groups">, "max_results" | "page_token">;

const AT_ONCE = 500;

/** Returns runs in groups, page behind page as somebody scrolls. */
export function useRunGroups(question: GroupQuestion): RunGroups {
  const { data, error, isPending, isPlaceholderData, isFetching, hasNextPage, fetchNextPage, refetch } =
    useInfiniteQuery({
      queryKey: ["find_run_groups", question],
      queryFn: ({ pageParam, signal }) =>
        call(
          "find_run_groups",
          { ...question, max_results: AT_ONCE, ...(pageParam === null ? {} : { page_token: pageParam }) },
          { signal },
        ),
      initialPageParam: null as string | null,
      getNextPageParam: (last) => last.next_page_token ?? null,
      refetchOnWindowFocus: false,
      placeholderData: keepPreviousData,
    });
  const known = useLast(data);
  const groups = useMemo(() => (known?.pages ?? []).flatMap((page) => page.groups), [known]);
  const reach = useCallback(
    (count: number) => {
      if (count > groups.length && hasNextPage && !isFetching) void fetchNextPage();
    },
    [groups.length, hasNextPage, isFetching, fetchNextPage],
  );
  const first = known?.pages[0];
  return {
    groups,
    total: first?.total ?? 0,
    runs: first?.runs ?? 0,
    isComplete: first?.is_complete ?? true,
    isPending,
    isBusy: isPlaceholderData,
    error,
    refetch: () => void refetch(),
    reach,
  };
}
