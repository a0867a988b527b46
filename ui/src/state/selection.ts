import { useCallback, useMemo } from "react";
import { listCodec } from "../lib/codecs";
import { toggled, toggledAll, withStretch } from "../lib/selection";
import { useUrlState } from "./url";

/** Which runs are picked, in the order in which they were. */
export interface Selection {
  readonly ids: readonly string[];
  readonly set: ReadonlySet<string>;
  readonly replace: (ids: readonly string[]) => void;
  readonly toggle: (id: string) => void;
  readonly toggleAll: (ids: readonly string[]) => void;
  /** Takes in all from one to another, as they stand on the page. */
  readonly stretch: (order: readonly string[], from: string | null, to: string) => void;
  readonly clear: () => void;
}

/**
 * Keeps which runs are picked in the address, where table, charts and comparison all find them.
 *
 * @param key Name in the query.
 */
export function useSelection(key = "runs"): Selection {
  const [ids, setIds] = useUrlState(key, listCodec);
  // Ticking rows is no way that Back should go.
  const replace = useCallback((next: readonly string[]) => setIds(next, { replace: true }), [setIds]);
  return useMemo(
    () => ({
      ids,
      set: new Set(ids),
      replace,
      toggle: (id) => replace(toggled(ids, id)),
      toggleAll: (shown) => replace(toggledAll(ids, shown)),
      stretch: (order, from, to) => replace(withStretch(ids, order, from, to)),
      clear: () => replace([]),
    }),
    [ids, replace],
  );
}
