import type { FilePart } from "../../api";
import { createCsvReader, delimiterOf } from "../../lib/csvReader";
import { endingOf } from "../../lib/paths";
import { createStore, type Store } from "../../lib/store";

/** Fetches a part of a file: from one byte on up to another. */
export type FetchPart = (start: number, end: number) => Promise<FilePart>;

/** A table as far as it is fetched. */
export interface TableState {
  /** Names of the columns; null as long as they are not known. */
  readonly header: readonly string[] | null;
  /** How many rows there are to be shown: fetched, or known to be there. */
  readonly count: number;
  /** Whether that is all. */
  readonly isWhole: boolean;
  readonly isFetching: boolean;
  readonly error: unknown;
}

/** A file that is a table, read as far as somebody looks. */
export interface TableFile {
  readonly state: Store<TableState>;
  readonly rowAt: (index: number) => readonly unknown[] | undefined;
  /** Told which rows are in sight, from the first up to but without the last. */
  readonly show: (start: number, end: number) => void;
  /** Tries again what failed. */
  readonly again: () => void;
}

/** What a table is before anything of it is fetched. */
export const EMPTY_TABLE: TableState = { header: null, count: 0, isWhole: false, isFetching: false, error: null };

const PIECE_BYTES = 512 * 1024;

/** Makes what reads a table of separated values: the rows in sight, and a piece beyond. */
export function createCsvTable(path: string, fetchPart: FetchPart): TableFile {
  const state = createStore<TableState>(EMPTY_TABLE);
  const rows: string[][] = [];
  const decoder = new TextDecoder();
  let reader: ReturnType<typeof createCsvReader> | null = null;
  let next = 0;

  async function load(): Promise<void> {
    if (state.get().isFetching || state.get().isWhole) return;
    state.update((known) => ({ ...known, isFetching: true, error: null }));
    const before = rows.length;
    try {
      const { bytes, size } = await fetchPart(next, next + PIECE_BYTES);
      const isWhole = bytes.byteLength === 0 || next + bytes.byteLength >= size;
      const text = decoder.decode(bytes, { stream: !isWhole });
      reader ??= createCsvReader(delimiterOf(text, endingOf(path)));
      rows.push(...reader.push(text), ...(isWhole ? reader.end() : []));
      next += bytes.byteLength;
      const header = rows[0] ?? (isWhole ? [] : null);
      state.set({ header, count: Math.max(rows.length - 1, 0), isWhole, isFetching: false, error: null });
      // A row that is longer than a piece is not there yet.
      if (rows.length === before) void load();
    } catch (error) {
      state.update((known) => ({ ...known, isFetching: false, error }));
    }
  }

  return {
    state,
    rowAt: (index) => rows[index + 1],
    show: (_, end) => {
      if (end >= state.get().count && state.get().error === null) void load();
    },
    again: () => void load(),
  };
}
