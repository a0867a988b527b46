import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { call, type ModelOverviewMessage } from "../../api";
import { answerKey, pollingInterval } from "../../state";

const PAGE = 100;

/** The list of registered models as far as it is fetched. */
export interface ModelList {
  /** Undefined until the first page is there. */
  readonly models: readonly ModelOverviewMessage[] | undefined;
  /** How many match. */
  readonly total: number;
  readonly error: Error | null;
  readonly again: () => void;
  /** Whether what is shown answers the question before. */
  readonly isBusy: boolean;
  /** Fetches on, once so many rows are in sight. */
  readonly show: (end: number) => void;
}

/** Lists registered models with what is in their stages, a page at a time. */
export function useModelList(search: string, isByLastChange: boolean): ModelList {
  const asked = { search, by_last_change: isByLastChange, max_results: PAGE };
  const query = useInfiniteQuery({
    queryKey: [...answerKey("search_model_overviews", asked), "pages"],
    queryFn: ({ pageParam, signal }) => call("search_model_overviews", { ...asked, page_token: pageParam }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_page_token || null,
    placeholderData: (before) => before,
    refetchInterval: pollingInterval(false),
  });
  const { data, error, refetch, hasNextPage, isFetching, fetchNextPage, isPlaceholderData } = query;
  const models = useMemo(() => data?.pages.flatMap((page) => page.models), [data]);
  const fetched = models?.length ?? 0;
  const show = useCallback(
    (end: number) => {
      if (end > fetched && hasNextPage && !isFetching) void fetchNextPage();
    },
    [fetched, hasNextPage, isFetching, fetchNextPage],
  );
  return {
    models,
    total: data?.pages[0]?.total ?? 0,
    error,
    again: () => void refetch(),
    isBusy: isPlaceholderData,
    show,
  };
}
