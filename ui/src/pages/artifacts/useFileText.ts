import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { fetchPart } from "../../api";

const KEPT_MILLISECONDS = 60_000;

/** The text of a file as far as it is fetched. */
export interface FileText {
  readonly text: string;
  readonly error: Error | null;
  /** Whether nothing is fetched yet. */
  readonly isWaiting: boolean;
  /** Whether there is more of it. */
  readonly hasMore: boolean;
  /** How many bytes are fetched, and how many there are. */
  readonly fetched: number;
  readonly size: number;
  readonly isFetching: boolean;
  readonly more: () => void;
  readonly again: () => void;
}

/**
 * Fetches a file of text piece by piece.
 *
 * @param address Where it is.
 * @param pieceBytes How long a piece is.
 */
export function useFileText(address: string, pieceBytes: number): FileText {
  const { data, error, hasNextPage, fetchNextPage, refetch, isFetching } = useInfiniteQuery({
    queryKey: ["file", address, pieceBytes],
    queryFn: ({ pageParam, signal }) => fetchPart(address, pageParam, pageParam + pieceBytes, signal),
    initialPageParam: 0,
    getNextPageParam: (last, all) => {
      const end = all.reduce((bytes, part) => bytes + part.bytes.byteLength, 0);
      return last.bytes.byteLength > 0 && end < last.size ? end : undefined;
    },
    staleTime: KEPT_MILLISECONDS,
    gcTime: KEPT_MILLISECONDS,
    refetchOnWindowFocus: false,
  });
  const text = useMemo(() => textOf(data?.pages.map(({ bytes }) => bytes) ?? []), [data]);
  const fetched = data?.pages.reduce((bytes, part) => bytes + part.bytes.byteLength, 0) ?? 0;
  return {
    text,
    error,
    isWaiting: data === undefined,
    hasMore: hasNextPage,
    fetched,
    size: data?.pages.at(-1)?.size ?? 0,
    isFetching,
    more: () => void fetchNextPage(),
    again: () => void (data === undefined ? refetch() : fetchNextPage()),
  };
}

function textOf(parts: readonly ArrayBuffer[]): string {
  const first = new Uint8Array(parts[0] ?? new ArrayBuffer(0));
  // Windows programs write UTF-16 with this mark in front.
  const decoder = new TextDecoder(first[0] === 0xff && first[1] === 0xfe ? "utf-16le" : "utf-8");
  return parts.map((part) => decoder.decode(part, { stream: true })).join("");
}
