import type { ReactNode } from "react";

/** A column of a table. */
export interface DataColumn<Row> {
  readonly id: string;
  /** Its name, read aloud and shown on hover. */
  readonly title: string;
  /** What stands in its head instead of the name alone. */
  readonly header?: ReactNode;
  readonly cell: (row: Row, index: number) => ReactNode;
  /** Width in pixels, as long as nobody chose another. */
  readonly width?: number;
  /** Numbers stand at the end, so that their digits are below each other. */
  readonly align?: "start" | "end";
  readonly isSortable?: boolean;
  /** More about it on hover than its name. */
  readonly hint?: string;
  /** Whether the first click sorts from the greatest down. */
  readonly isDescendingFirst?: boolean;
  /** Whether it stays in sight when the table is scrolled sideways; those that do come first. */
  readonly isPinned?: boolean;
  /** Whether it names the row. */
  readonly isRowHeader?: boolean;
}

/** By what a table is sorted. */
export interface TableOrder {
  readonly column: string;
  readonly isDescending: boolean;
}

/** Widths of columns in pixels, where somebody chose them. */
export type ColumnWidths = Readonly<Record<string, number>>;

/** What rows can be picked by. */
export interface RowSelection {
  readonly set: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
  readonly toggleAll: (ids: readonly string[]) => void;
  readonly stretch: (order: readonly string[], from: string | null, to: string) => void;
}

/** Width of a column that says none. */
export const USUAL_WIDTH = 140;
/** Narrowest that a column gets. */
export const LEAST_WIDTH = 56;
/** Width of the column of boxes to tick. */
export const BOX_WIDTH = 36;
