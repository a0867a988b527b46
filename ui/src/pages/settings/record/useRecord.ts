import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { type AuditRecordMessage, call, type SearchAuditRecords } from "../../../api";
import { answerKey } from "../../../state";

const PAGE = 200;
// So many rows before the end the next page is fetched.
const AHEAD = 40;

/** The record of what was done, fetched as it is scrolled through. */
export interface RecordPages {
  readonly records: readonly AuditRecordMessage[];
  /** How many rows there are to draw: those that are on their way among them. */
  readonly count: number;
  readonly isLoaded: boolean;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly again: () => void;
  /** Told which rows are in sight. */
  readonly onVisible: (rows: { readonly end: number }) => void;
}

/** Reads the record of what was done, the newest first. */
export function useRecord(filter: SearchAuditRecords): RecordPages {
  const { data, error, hasNextPage, isFetching, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: answerKey("search_audit_records", filter),
    queryFn: ({ pageParam, signal }) =>
      call(
        "search_audit_records",
        { ...filter, max_results: PAGE, ...(pageParam === null ? {} : { page_token: pageParam }) },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_page_token ?? null,
    // Rows that move while they are read cannot be read.
    refetchOnWindowFocus: false,
  });
  const records = useMemo(() => data?.pages.flatMap((page) => page.records) ?? [], [data]);
  const onVisible = useCallback(
    ({ end }: { readonly end: number }) => {
      if (hasNextPage && !isFetching && error === null && end > records.length - AHEAD) void fetchNextPage();
    },
    [hasNextPage, isFetching, error, records.length, fetchNextPage],
  );
  return {
    records,
    count: records.length + (hasNextPage ? AHEAD : 0),
    isLoaded: data !== undefined,
    isBusy: isFetching,
    error,
    again: () => void (data === undefined ? refetch() : fetchNextPage()),
    onVisible,
  };
}
