import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { call } from "../../../api";
import type { Stretch } from "../../../lib/windows";
import { useStore } from "../../../state";
import type { Lines } from "../lines";
import { createRowStore, type FetchRows, type RowStore } from "../rowStore";
import type { ColumnChoice, RunRow } from "../runRow";

const PAUSE = 40;
// Rows come in blocks, so that not every line that appears is a request of its own.
const BLOCK = 20;
const NOWHERE: Stretch = { start: 0, end: 0 };

/** The rows of the table as far as they are fetched. */
export interface RunRows {
  readonly rows: ReadonlyMap<string, RunRow>;
  readonly error: Error | null;
  readonly again: () => void;
  readonly rowAt: (index: number) => RunRow | undefined;
  /** The runs in sight. */
  readonly visible: readonly string[];
  /** Told which lines are in sight. */
  readonly onVisible: (lines: Stretch) => void;
  /** Reads runs anew. */
  readonly refresh: (ids: readonly string[]) => void;
  /** Fetches runs that are not in sight. */
  readonly want: RowStore["want"];
}

/** Makes what keeps the rows of a table, as long as it is shown. */
export function useRowStore(): RowStore {
  const [store] = useState(() => createRowStore(fetchRows));
  return store;
}

/** Fetches the rows in sight that are not there yet; for whoever scrolls, also a screenful before and behind them. */
export function useRunRows(store: RowStore, lines: Lines, choice: ColumnChoice, isReady: boolean): RunRows {
  const { rows, error } = useStore(store);
  const [seen, setSeen] = useState(NOWHERE);
  const visible = useMemo(() => idsIn(lines, seen), [lines, seen]);
  const before = useRef({ seen, moment: Number.NEGATIVE_INFINITY });
  useEffect(() => {
    if (!isReady || visible.length === 0) return;
    const isScrolled = before.current.seen !== seen && before.current.seen !== NOWHERE && store.get().rows.size > 0;
    before.current.seen = seen;
    const ask = () => {
      before.current.moment = performance.now();
      store.want(isScrolled ? idsIn(lines, around(seen)) : visible, choice);
    };
    if (!isScrolled) {
      ask();
      return;
    }
    // Who scrolls fast passes most rows by.
    const timer = setTimeout(ask, before.current.moment + PAUSE - performance.now());
    return () => clearTimeout(timer);
  }, [store, lines, seen, visible, choice, isReady]);
  const rowAt = useCallback(
    (index: number) => {
      const { id } = lines.at(index);
      return id === null ? undefined : rows.get(id);
    },
    [lines, rows],
  );
  const refresh = useCallback((ids: readonly string[]) => store.refresh(ids, choice), [store, choice]);
  return { rows, error, again: store.again, rowAt, visible, onVisible: setSeen, refresh, want: store.want };
}

const fetchRows: FetchRows = (ids, choice) => call("search_run_columns", { run_ids: ids, ...choice });

/** Returns a stretch with as many lines before and behind it as it has, from block to block. */
function around({ start, end }: Stretch): Stretch {
  const size = end - start;
  return {
    start: Math.max(Math.floor((start - size) / BLOCK), 0) * BLOCK,
    end: Math.ceil((end + size) / BLOCK) * BLOCK,
  };
}

function idsIn(lines: Lines, { start, end }: Stretch): string[] {
  const ids: string[] = [];
  for (let index = start; index < Math.min(end, lines.count); index += 1) {
    const { id } = lines.at(index);
    if (id !== null) ids.push(id);
  }
  return ids;
}
