import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import {
  call,
  type MetricReadingMessage,
  type ModelOverviewMessage,
  type ModelOverviewResponse,
  type ModelVersionRowMessage,
  type RegistryMoveMessage,
} from "../../api";
import { answerKey, pollingInterval } from "../../state";

const PAGE = 100;

/** A registered model as far as it is fetched. */
export interface LoadedModel {
  readonly overview: ModelOverviewMessage;
  /** Its versions, the newest first. */
  readonly versions: readonly ModelVersionRowMessage[];
  /** What its metrics mean. */
  readonly readings: Readonly<Record<string, MetricReadingMessage>>;
  readonly signatures: ModelOverviewResponse["signatures"];
  /** The last moves of stages and aliases. */
  readonly moves: readonly RegistryMoveMessage[];
  readonly hasMoreMoves: boolean;
}

/** An answer about a model. */
export interface ModelAnswer {
  /** Undefined until it is there. */
  readonly model: LoadedModel | undefined;
  readonly error: Error | null;
  readonly again: () => void;
  /** Whether there are older versions that are not fetched. */
  readonly hasMore: boolean;
  readonly isFetchingMore: boolean;
  /** Fetches older versions. */
  readonly more: () => void;
}

/** Fetches a registered model with its newest versions, and older ones when they are asked for. */
export function useModel(name: string): ModelAnswer {
  const query = useInfiniteQuery({
    queryKey: [...answerKey("get_model_overview"), { name }, "pages"],
    queryFn: ({ pageParam, signal }) =>
      call(
        "get_model_overview",
        { name, max_results: PAGE, ...(pageParam === null ? {} : { before_version: pageParam }) },
        { signal },
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next_before_version,
    refetchInterval: pollingInterval(false),
  });
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const model = useMemo(() => (data === undefined ? undefined : joinedPages(data.pages)), [data]);
  return {
    model,
    error,
    again: () => void refetch(),
    hasMore: hasNextPage,
    isFetchingMore: isFetchingNextPage,
    more: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
    },
  };
}

/** Joins what was fetched page by page; what the newest versions say of a metric counts. */
function joinedPages(pages: readonly ModelOverviewResponse[]): LoadedModel | undefined {
  const [first] = pages;
  if (first === undefined) return undefined;
  return {
    overview: first.model,
    versions: pages.flatMap(({ versions }) => versions),
    readings: Object.assign({}, ...pages.map(({ readings }) => readings).toReversed()),
    signatures: Object.assign({}, ...pages.map(({ signatures }) => signatures)),
    moves: first.moves,
    hasMoreMoves: first.has_more_moves,
  };
}
