import { useMemo, useState } from "react";
import type { RowSelection } from "../../components";
import { toggled, toggledAll, withStretch } from "../../lib/selection";

/** What is picked on this page. */
export interface Picked extends RowSelection {
  readonly ids: readonly string[];
  readonly clear: () => void;
}

/** Keeps what is picked; not in the address, because what lies in the bin is soon elsewhere. */
export function usePicked(): Picked {
  const [ids, setIds] = useState<readonly string[]>([]);
  return useMemo(
    () => ({
      ids,
      set: new Set(ids),
      toggle: (id) => setIds((before) => toggled(before, id)),
      toggleAll: (shown) => setIds((before) => toggledAll(before, shown)),
      stretch: (order, from, to) => setIds((before) => withStretch(before, order, from, to)),
      clear: () => setIds([]),
    }),
    [ids],
  );
}
