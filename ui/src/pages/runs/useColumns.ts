import { useMemo } from "react";
import { type ColumnName, parseColumn } from "./columns";
import { type ColumnChoice, choiceOf } from "./runRow";
import { type RunKeys, usualColumns } from "./useRunKeys";
import type { ColumnSetting, RunsView } from "./useRunsView";

/** The columns of the table, and what is asked of the server for them. */
export interface ShownColumns {
  readonly setting: ColumnSetting;
  /** All columns that were chosen. */
  readonly chosen: readonly ColumnName[];
  /** What to ask for. */
  readonly choice: ColumnChoice;
  /** Whether it is known which columns there are. */
  readonly isKnown: boolean;
}

/** Returns the columns of the table: those that were chosen, or as long as nobody chose, the usual ones. */
export function useColumns(view: RunsView, keys: RunKeys, isMany: boolean, isTree: boolean): ShownColumns {
  const setting = useMemo(() => view.chosen ?? usualColumns(keys, isMany), [view.chosen, keys, isMany]);
  const chosen = useMemo(
    () => setting.columns.map(parseColumn).filter((column): column is ColumnName => column !== null),
    [setting],
  );
  const choice = useMemo(() => choiceOf(chosen, view.summary, isTree), [chosen, view.summary, isTree]);
  const isKnown = view.chosen !== null || keys.isKnown;
  return useMemo(() => ({ setting, chosen, choice, isKnown }), [setting, chosen, choice, isKnown]);
}
