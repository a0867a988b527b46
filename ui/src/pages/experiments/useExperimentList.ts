import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { call, type ExperimentOverviewMessage } from "../../api";
import { pollingInterval, useLast } from "../../state";

/** Experiments with what is in them. */
export interface ExperimentList {
  readonly experiments: readonly ExperimentOverviewMessage[];
  /** How many there are; more than are fetched while others are on their way. */
  readonly total: number;
  readonly isPending: boolean;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly refetch: () => void;
}

const AT_ONCE = 1_000;

/** Returns all experiments whose name holds a text: folders are made of their names, so that all are needed. */
export function useExperimentList(search: string, viewType: "ACTIVE_ONLY" | "DELETED_ONLY"): ExperimentList {
  const { data, error, isPending, isPlaceholderData, isFetching, hasNextPage, fetchNextPage, refetch } =
    useInfiniteQuery({
      queryKey: ["search_experiment_overviews", "list", { search, viewType }],
      queryFn: ({ pageParam, signal }) =>
        call(
          "search_experiment_overviews",
          {
            search,
            view_type: viewType,
            order_by: "name",
            descending: false,
            max_results: AT_ONCE,
            ...(pageParam === null ? {} : { page_token: pageParam }),
          },
          { signal },
        ),
      initialPageParam: null as string | null,
      getNextPageParam: (last) => last.next_page_token ?? null,
      refetchInterval: pollingInterval(false),
      placeholderData: keepPreviousData,
    });
  useEffect(() => {
    if (hasNextPage && !isFetching && error === null) void fetchNextPage();
  }, [hasNextPage, isFetching, error, fetchNextPage]);
  const known = useLast(data);
  const experiments = useMemo(() => (known?.pages ?? []).flatMap((page) => page.experiments), [known]);
  return {
    experiments,
    total: known?.pages[0]?.total ?? 0,
    isPending,
    isBusy: isPlaceholderData,
    error,
    refetch: () => void refetch(),
  };
}
