import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { DataColumn, RowSelection } from "../../../components";
import { useTranslation } from "../../../i18n";
import { withStretch } from "../../../lib/selection";
import type { Stretch } from "../../../lib/windows";
import { answerKey, pollingInterval, type Selection, showNotice } from "../../../state";
import type { ColumnName } from "../columns";
import { type Lines, linesOf } from "../lines";
import type { RowStore } from "../rowStore";
import type { RunRow } from "../runRow";
import type { ShownColumns } from "../useColumns";
import type { RunIndex, RunQuestion } from "../useRunIndex";
import type { RunKeys } from "../useRunKeys";
import type { RunsView } from "../useRunsView";
import { COMPARED, differingColumns } from "./differing";
import type { RowContext } from "./RunCell";
import { runColumns } from "./runColumns";
import { type LiveRuns, useLiveRuns } from "./useLiveRuns";
import { useNested } from "./useNested";
import { type RunRows, useRunRows } from "./useRunRows";
import { useSparks } from "./useSparks";
import { type BestRuns, useStar } from "./useStar";

/** What the table is made of. */
export interface RunsTableOptions {
  readonly experimentIds: readonly string[];
  readonly experimentNames: ReadonlyMap<string, string>;
  readonly view: RunsView;
  readonly question: RunQuestion;
  readonly index: RunIndex;
  readonly keys: RunKeys;
  readonly columns: ShownColumns;
  /** Keeps the rows. */
  readonly store: RowStore;
  readonly selection: Selection;
  /** Whether parts of runs stand below them. */
  readonly isTree: boolean;
}

/** The table, ready to be drawn. */
export interface RunsTable {
  /** Those of the columns that are shown now. */
  readonly shown: readonly ColumnName[];
  readonly columns: readonly DataColumn<RunRow>[];
  readonly lines: Lines;
  readonly rows: RunRows;
  readonly selection: RowSelection;
  /** Shows or hides the parts of a run. */
  readonly onUnfold: (row: RunRow, isOpen: boolean) => void;
  readonly onLines: (lines: Stretch) => void;
  readonly live: LiveRuns;
  readonly star: BestRuns;
  /** Picks all runs of the table, where they are all known and not too many. */
  readonly pickAll: (() => void) | null;
  /** Why the parts of a run could not be fetched. */
  readonly nestedError: Error | null;
  readonly isEmpty: boolean;
  /** Shows the runs that began meanwhile. */
  readonly showNew: () => void;
  /** Fetches the runs that are picked, wherever they stand. */
  readonly wantPicked: () => void;
}

// All that is picked stands in the address, and addresses have their limits.
const MOST_PICKED = 1_000;
const QUICKLY_COMPARED = 5_000;
// Which runs come next is known before somebody scrolls to them.
const REACH = 400;
const NONE_OPENED: ReadonlyMap<string, undefined> = new Map();
const AT_TOP = () => 0;

/** Returns the table of runs: columns, lines, what is fetched of them, and what goes on meanwhile. */
export function useRunsTable(options: RunsTableOptions): RunsTable {
  const { experimentIds, experimentNames, view, question, index, keys, selection, isTree, store } = options;
  const { setting, chosen, choice, isKnown } = options.columns;
  const { t } = useTranslation();
  const nested = useNested(experimentIds, question.order_by);
  const opened = isTree ? nested.opened : NONE_OPENED;
  const lines = useMemo(() => linesOf(index.ids, index.count, opened), [index.ids, index.count, opened]);
  const rows = useRunRows(store, lines, choice, isKnown);
  const { sparks, refresh: refreshSparks } = useSparks(view.hasSparks, chosen, rows.visible);
  const { live, showNew } = useLive(options, rows, refreshSparks);
  // While runs run another one may become the best; among very many that is looked for less often.
  const isSmall = index.total !== null && index.total <= QUICKLY_COMPARED;
  const every = live.isLive && pollingInterval(isSmall);
  const star = useStar(experimentIds, view, keys, every, !index.isPending && !index.isBusy);
  const starMetric = star.ids.size === 0 ? null : star.metric;
  const shown = useSteady(
    useMemo(
      () => (view.isDiffering ? differingColumns(chosen, rows.rows, index.ids, selection.ids) : chosen),
      [view.isDiffering, chosen, rows.rows, index.ids, selection.ids],
    ),
  );
  // In a list no cell depends on where its row stands.
  const levelAt = useMemo(() => (isTree ? (line: number) => lines.at(line).level : AT_TOP), [isTree, lines]);
  const columns = useMemo(() => {
    const context: RowContext = {
      experimentNames,
      stars: star.ids,
      starMetric,
      onToggle: isTree ? nested.toggle : null,
      opened,
      levelAt,
      sparks,
    };
    return runColumns(shown, new Set(setting.pinned), context, t);
  }, [shown, setting.pinned, experimentNames, star.ids, starMetric, isTree, nested.toggle, opened, levelAt, sparks, t]);

  const { toggle } = nested;
  const onUnfold = useCallback(
    (row: RunRow, isOpen: boolean) => {
      if (isTree && row.childCount > 0 && opened.has(row.id) !== isOpen) toggle(row.id);
    },
    [isTree, opened, toggle],
  );
  const isAllPickable = lines.count <= MOST_PICKED && index.ids.length === index.count;
  const { replace } = selection;
  const pickAll = useCallback(() => replace(idsOf(lines)), [replace, lines]);
  const { onVisible, want } = rows;
  const { reach } = index;
  const onLines = useCallback(
    (seen: Stretch) => {
      onVisible(seen);
      reach(seen.end + REACH);
    },
    [onVisible, reach],
  );
  const wantPicked = useCallback(() => want(selection.ids, choice), [want, selection.ids, choice]);
  // Differences are looked for among these, so that they do not depend on how far somebody scrolled.
  useEffect(() => {
    if (view.isDiffering && isKnown) want([...index.ids.slice(0, COMPARED), ...selection.ids], choice);
  }, [view.isDiffering, isKnown, want, index.ids, selection.ids, choice]);
  return {
    shown,
    columns,
    lines,
    rows,
    selection: useLineSelection(selection, lines),
    onUnfold,
    onLines,
    live,
    star,
    pickAll: isAllPickable && selection.ids.length < lines.count ? pickAll : null,
    nestedError: nested.error,
    isEmpty: isEmptyIndex(index),
    showNew,
    wantPicked,
  };
}

/** Follows what changes, and fetches what began meanwhile when the reader asks for it. */
function useLive(
  { experimentIds, index, keys }: RunsTableOptions,
  rows: RunRows,
  refreshSparks: (ids: readonly string[]) => void,
) {
  const client = useQueryClient();
  const { refetch } = index;
  const hasColumns = keys.metrics.length > 0 && keys.params.length > 0;
  const { refresh } = rows;
  const onChanged = useCallback(
    (ids: readonly string[]) => {
      refresh(ids);
      refreshSparks(ids);
      // As long as there is nothing, what is logged first becomes a column.
      if (!hasColumns) void client.invalidateQueries({ queryKey: answerKey("find_run_keys") });
    },
    [refresh, refreshSparks, hasColumns, client],
  );
  const live = useLiveRuns(experimentIds, rows.visible, onChanged);
  const { clear } = live;
  const showNew = useCallback(() => {
    clear();
    refetch();
    void client.invalidateQueries({ queryKey: answerKey("find_run_keys") });
    void client.invalidateQueries({ queryKey: answerKey("find_run_groups") });
  }, [clear, refetch, client]);
  // An empty table has no row that could move.
  const hasFirst = isEmptyIndex(index) && live.newRuns > 0;
  useEffect(() => {
    if (hasFirst) showNew();
  }, [hasFirst, showNew]);
  return { live, showNew };
}

/** The same columns stay the same list: a table draws all of itself anew for another one. */
function useSteady(columns: readonly ColumnName[]): readonly ColumnName[] {
  const [steady, setSteady] = useState(columns);
  const isSame = steady.length === columns.length && steady.every((column, place) => column === columns[place]);
  if (!isSame) setSteady(columns);
  return isSame ? steady : columns;
}

function isEmptyIndex(index: RunIndex): boolean {
  return !index.isPending && !index.isBusy && index.error === null && index.count === 0;
}

/** A stretch takes in the runs between that were never in sight and so are not fetched. */
function useLineSelection(selection: Selection, lines: Lines): RowSelection {
  const { t } = useTranslation();
  return useMemo(
    () => ({
      set: selection.set,
      toggle: selection.toggle,
      toggleAll: selection.toggleAll,
      stretch: (_shown, from, to) => {
        const next = withStretch(selection.ids, idsOf(lines), from, to);
        if (next.length > MOST_PICKED) showNotice(t("runs.selection.most", { count: MOST_PICKED }));
        selection.replace(next.slice(0, MOST_PICKED));
      },
    }),
    [selection, lines, t],
  );
}

function idsOf(lines: Lines): string[] {
  return Array.from({ length: lines.count }, (_, line) => lines.at(line).id).filter((id) => id !== null);
}
