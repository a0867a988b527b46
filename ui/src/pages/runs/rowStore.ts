import type { RunColumnsResponse } from "../../api";
import { createStore, type Store } from "../../lib/store";
import { type ColumnChoice, choiceKey, goneRow, type RunRow, rowsOf } from "./runRow";

/** The rows that were fetched, by run. */
export interface FetchedRows {
  readonly rows: ReadonlyMap<string, RunRow>;
  /** Why the last request for rows failed; null once one succeeds. */
  readonly error: Error | null;
}

/** Fetches rows by run, each once for a choice of columns, and keeps them. */
export interface RowStore extends Pick<Store<FetchedRows>, "get" | "subscribe"> {
  /** Fetches those of the runs that are not there with all columns of the choice. */
  readonly want: (ids: readonly string[], choice: ColumnChoice) => void;
  /**
   * Keeps rows that came with the order of the runs. Nobody is told: whoever asked for both draws them together, once.
   */
  readonly take: (answer: RunColumnsResponse, choice: ColumnChoice) => void;
  /** Fetches runs anew. */
  readonly refresh: (ids: readonly string[], choice: ColumnChoice) => void;
  /** Tries again what failed. */
  readonly again: () => void;
}

/** Asks the server for some runs. */
export type FetchRows = (ids: readonly string[], choice: ColumnChoice) => Promise<RunColumnsResponse>;

const AT_ONCE = 200;
const MOST_VALUES = 1_000_000;
const MOST_KEPT = 20_000;
const NOTHING: FetchedRows = { rows: new Map(), error: null };

/** Makes a store of rows. */
export function createRowStore(fetchRows: FetchRows): RowStore {
  const store = createStore<FetchedRows>(NOTHING);
  // What is on its way, with the choice of columns for which it was asked.
  const underway = new Map<string, string>();
  let isQuiet = false;
  let failed: { readonly ids: readonly string[]; readonly choice: ColumnChoice } | null = null;

  function want(ids: readonly string[], choice: ColumnChoice): void {
    const key = choiceKey(choice);
    const { rows } = store.get();
    fetchAll(
      ids.filter((id) => rows.get(id)?.choice !== key && underway.get(id) !== key),
      choice,
    );
  }

  function fetchAll(ids: readonly string[], choice: ColumnChoice): void {
    const columns = choice.attributes.length + choice.metrics.length + choice.params.length + choice.tags.length;
    const atOnce = Math.max(1, Math.min(AT_ONCE, Math.floor(MOST_VALUES / Math.max(columns, 1))));
    for (let place = 0; place < ids.length; place += atOnce) void fetchSome(ids.slice(place, place + atOnce), choice);
  }

  async function fetchSome(ids: readonly string[], choice: ColumnChoice): Promise<void> {
    const key = choiceKey(choice);
    for (const id of ids) underway.set(id, key);
    try {
      const answer = await fetchRows(ids, choice);
      failed = null;
      store.update(({ rows }) => {
        const gone = (answer.unknown_run_ids ?? []).map((id) => goneRow(id, key, rows.get(id)));
        return { rows: merged(rows, [...rowsOf(answer, key, rows), ...gone]), error: null };
      });
    } catch (error) {
      failed = { ids: [...(failed?.ids ?? []), ...ids], choice };
      store.update((state) => ({ ...state, error: error instanceof Error ? error : new Error(String(error)) }));
    } finally {
      for (const id of ids) if (underway.get(id) === key) underway.delete(id);
    }
  }

  function take(answer: RunColumnsResponse, choice: ColumnChoice): void {
    isQuiet = true;
    const fresh = rowsOf(answer, choiceKey(choice), store.get().rows);
    store.update((state) => ({ ...state, rows: merged(state.rows, fresh) }));
    isQuiet = false;
  }

  return {
    get: store.get,
    subscribe: (listener) =>
      store.subscribe(() => {
        if (!isQuiet) listener();
      }),
    want,
    take,
    refresh: fetchAll,
    again: () => {
      if (failed === null) return;
      const { ids, choice } = failed;
      failed = null;
      store.update((state) => ({ ...state, error: null }));
      want(ids, choice);
    },
  };
}

/** Those that were fetched longest ago go first when there are too many. */
function merged(rows: ReadonlyMap<string, RunRow>, fresh: readonly RunRow[]): Map<string, RunRow> {
  const next = new Map(rows);
  for (const row of fresh) {
    next.delete(row.id);
    next.set(row.id, row);
  }
  const surplus = next.size - MOST_KEPT;
  if (surplus > 0) for (const id of [...next.keys()].slice(0, surplus)) next.delete(id);
  return next;
}
