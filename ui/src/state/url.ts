import { useCallback, useMemo } from "react";
import { useLocation, useRouter, useSearch } from "wouter";
import type { Codec } from "../lib/codecs";
import { rawPath } from "./route";

/** How the address is changed. */
export interface UrlChange {
  /** Whether Back goes past what was there before: right for what changes while somebody types or drags. */
  readonly replace?: boolean;
}

/** Changes several pieces of the state at once, each written already; null takes one out of the address. */
export type ChangeUrl = (pieces: Readonly<Record<string, string | null>>, change?: UrlChange) => void;

/**
 * Keeps a piece of a view's state in the address, so that it can be shared and Back works.
 *
 * @param key Its name in the query.
 * @param codec How it is written.
 */
export function useUrlState<Value>(
  key: string,
  codec: Codec<Value>,
): [Value, (next: Value, change?: UrlChange) => void] {
  const text = new URLSearchParams(useSearch()).get(key);
  const value = useMemo(() => codec.parse(text), [codec, text]);
  const changeUrl = useChangeUrl();
  const set = useCallback(
    (next: Value, change?: UrlChange) => changeUrl({ [key]: codec.format(next) }, change),
    [changeUrl, key, codec],
  );
  return [value, set];
}

/** Returns what changes several pieces of the address at once. */
export function useChangeUrl(): ChangeUrl {
  const [, navigate] = useLocation();
  const { base } = useRouter();
  return useCallback(
    (pieces, change = {}) => {
      // What stands there now, not when the page was drawn: two changes may come in one go.
      const query = new URLSearchParams(window.location.search);
      for (const [key, text] of Object.entries(pieces)) {
        if (text === null) query.delete(key);
        else query.set(key, text);
      }
      const written = query.toString();
      if (written === new URLSearchParams(window.location.search).toString()) return;
      const path = rawPath(base);
      navigate(written === "" ? path : `${path}?${written}`, { replace: change.replace ?? false });
    },
    [navigate, base],
  );
}
