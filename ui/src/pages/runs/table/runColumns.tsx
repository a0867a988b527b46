import { ChartLine, type LucideIcon, SlidersHorizontal, Tag } from "lucide-react";
import type { DataColumn } from "../../../components";
import type { Translate } from "../../../i18n";
import { type ColumnName, columnId, isOrderable } from "../columns";
import type { RunRow } from "../runRow";
import { type RowContext, RunCell } from "./RunCell";
import styles from "./runColumns.module.css";

const ICONS: Readonly<Record<"metric" | "param" | "tag", LucideIcon>> = {
  metric: ChartLine,
  param: SlidersHorizontal,
  tag: Tag,
};
const WIDTHS: Readonly<Record<string, number>> = {
  run_name: 240,
  start_time: 130,
  end_time: 130,
  duration: 110,
  status: 120,
  metric: 120,
  param: 120,
  tag: 120,
};
const USUAL_WIDTH = 140;
const SPARK_WIDTH = 180;
const FROM_GREATEST: ReadonlySet<string> = new Set(["start_time", "end_time"]);

/** Returns the name of a column in the reader's language. */
export function columnTitle(column: ColumnName, t: Translate): string {
  return column.kind === "attribute" ? t(`runs.column.${column.key}`) : column.key;
}

/** Returns the columns of the table. */
export function runColumns(
  columns: readonly ColumnName[],
  pinned: ReadonlySet<string>,
  context: RowContext,
  t: Translate,
): DataColumn<RunRow>[] {
  return columns.map((column) => {
    const id = columnId(column);
    const isSortable = isOrderable(column);
    return {
      id,
      title: column.kind === "attribute" ? columnTitle(column, t) : `${t(`runs.kind.${column.kind}`)}: ${column.key}`,
      ...(column.kind === "attribute" ? {} : { header: <KeyHeader kind={column.kind} name={column.key} /> }),
      cell: (row, index) => <RunCell row={row} index={index} column={column} context={context} />,
      width: widthOf(column, context.sparks !== null),
      align: column.kind === "metric" || column.key === "duration" ? "end" : "start",
      isSortable,
      ...(isSortable ? {} : { hint: t("runs.column.unsortable", { column: columnTitle(column, t) }) }),
      isDescendingFirst: FROM_GREATEST.has(id),
      isPinned: pinned.has(id),
      isRowHeader: id === "run_name",
    };
  });
}

function widthOf(column: ColumnName, hasSparks: boolean): number {
  if (column.kind === "metric" && hasSparks) return SPARK_WIDTH;
  return WIDTHS[column.kind === "attribute" ? column.key : column.kind] ?? USUAL_WIDTH;
}

function KeyHeader({ kind, name }: { readonly kind: "metric" | "param" | "tag"; readonly name: string }) {
  const Icon = ICONS[kind];
  return (
    <span className={styles.header}>
      <Icon size={12} aria-hidden="true" />
      <bdi className={styles.name}>{name}</bdi>
    </span>
  );
}
