import { type CSSProperties, type MouseEvent, memo } from "react";
import { useTranslation } from "../i18n";
import { classes } from "../lib/classes";
import { Checkbox } from "./Checkbox";
import styles from "./DataTable.module.css";
import { SkeletonCell } from "./Skeleton";
import { BOX_WIDTH, type DataColumn } from "./tableTypes";

/** A column as it lies in the table. */
export interface PlacedColumn<Row> {
  readonly column: DataColumn<Row>;
  /** Its number among all columns, from 1 on. */
  readonly place: number;
  readonly style: CSSProperties;
}

/** What a row needs. */
export interface TableRowProps<Row> {
  readonly id: string;
  readonly row: Row | undefined;
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly width: number;
  readonly columns: readonly PlacedColumn<Row>[];
  readonly isActive: boolean;
  /** Whether it is picked; null where rows cannot be. */
  readonly isPicked: boolean | null;
  readonly name: string | undefined;
  readonly onPick: (index: number, isStretch: boolean) => void;
  readonly onClick: (index: number, event: MouseEvent) => void;
}

function DrawnRow<Row>(props: TableRowProps<Row>) {
  const { id, row, index, top, height, width, columns, isActive, isPicked, name, onPick, onClick } = props;
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys of all rows.
    // biome-ignore lint/a11y/useFocusableInteractive: a click in a row gives the focus to the grid, which has the keys.
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isPicked ?? undefined}
      aria-busy={row === undefined || undefined}
      className={classes(styles.row, isActive && styles.active, isPicked === true && styles.picked)}
      style={{ top, height, width }}
      onClick={(event) => onClick(index, event)}
    >
      {isPicked === null ? null : (
        // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus of all cells.
        <div
          role="gridcell"
          aria-colindex={1}
          className={classes(styles.cell, styles.pinned, styles.box)}
          style={{ width: BOX_WIDTH, insetInlineStart: 0 }}
        >
          <Checkbox
            label={name === undefined ? t("table.selectThis") : t("table.selectRow", { name })}
            isLabelHidden
            isChecked={isPicked}
            isDisabled={row === undefined}
            tabIndex={-1}
            onCheck={(_, event) => onPick(index, event.shiftKey)}
          />
        </div>
      )}
      {columns.map(({ column, place, style }) => (
        // biome-ignore lint/a11y/useAriaPropsSupportedByRole: it has one of two roles, and both take it.
        <div
          key={column.id}
          role={column.isRowHeader && row !== undefined ? "rowheader" : "gridcell"}
          aria-colindex={place}
          className={classes(styles.cell, column.isPinned && styles.pinned, column.align === "end" && styles.end)}
          style={style}
        >
          {row === undefined ? <SkeletonCell /> : column.cell(row, index)}
        </div>
      ))}
    </div>
  );
}

/** One row of a table, drawn anew only when something of it changed. */
export const TableRow = memo(DrawnRow) as typeof DrawnRow;
