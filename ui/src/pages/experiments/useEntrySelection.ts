import { useMemo, useState } from "react";
import type { RowSelection } from "../../components";
import { toggledAll, withStretch } from "../../lib/selection";
import type { Entry } from "./folders";

/** Which experiments are picked; a folder stands for all that are in it. */
export interface EntrySelection extends RowSelection {
  readonly ids: ReadonlySet<string>;
  readonly clear: () => void;
}

/** Keeps which experiments are picked. */
export function useEntrySelection(entries: readonly Entry[]): EntrySelection {
  const [picked, setPicked] = useState<readonly string[]>([]);
  return useMemo(() => {
    const ids = new Set(picked);
    const inside = new Map(
      entries.map((entry) => [entry.key, entry.experiments.map(({ experiment_id }) => experiment_id)]),
    );
    const idsOf = (keys: readonly string[]) => keys.flatMap((key) => inside.get(key) ?? []);
    return {
      ids,
      set: new Set(entries.filter((entry) => idsOf([entry.key]).every((id) => ids.has(id))).map(({ key }) => key)),
      toggle: (key) => setPicked((before) => toggledAll(before, idsOf([key]))),
      toggleAll: (keys) => setPicked((before) => toggledAll(before, idsOf(keys))),
      stretch: (order, from, to) => {
        const keys = withStretch([], order, from, to);
        setPicked((before) => [...new Set([...before, ...idsOf(keys)])]);
      },
      clear: () => setPicked([]),
    };
  }, [entries, picked]);
}
