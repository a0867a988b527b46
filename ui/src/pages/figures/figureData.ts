import type { LoggedValue } from "../../lib/chartColumn";

/** A column of the table behind a figure. */
export interface FigureDataColumn {
  /** Its name in a file. */
  readonly name: string;
  /** Its name on the page. */
  readonly title: string;
  /** Returns what stands there for a value, where that is more than the value itself. */
  readonly text?: (value: LoggedValue) => string;
}

/** A row of it. */
export interface FigureDataRow {
  readonly id: string;
  /** The run that it is about; null for a group. */
  readonly runId: string | null;
  readonly cells: readonly LoggedValue[];
}

/** What a figure shows, as a table. */
export interface FigureData {
  readonly columns: readonly FigureDataColumn[];
  readonly rows: readonly FigureDataRow[];
}
