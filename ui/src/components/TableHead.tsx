import { ArrowDown, ArrowUp } from "lucide-react";
import { type CSSProperties, type KeyboardEvent, type PointerEvent, useRef } from "react";
import { useTranslation } from "../i18n";
import { classes } from "../lib/classes";
import styles from "./DataTable.module.css";
import { type DataColumn, LEAST_WIDTH, type TableOrder, USUAL_WIDTH } from "./tableTypes";

const KEY_STEP = 16;
const MOST_WIDTH = 2000;

/** What the head of a column needs. */
export interface HeadCellProps<Row> {
  readonly column: DataColumn<Row>;
  readonly place: number;
  readonly width: number;
  readonly style: CSSProperties;
  readonly order: TableOrder | null;
  readonly onOrder: ((order: TableOrder) => void) | undefined;
  /** Told of each width on the way, and at the end of it. */
  readonly onWidth: (width: number, isDone: boolean) => void;
}

/** The head of a column: sorts by it and sets its width. */
export function HeadCell<Row>({ column, place, width, style, order, onOrder, onWidth }: HeadCellProps<Row>) {
  const isSorted = order?.column === column.id;
  const sorting = isSorted ? (order.isDescending ? "descending" : "ascending") : undefined;
  const face = <span className={styles.headText}>{column.header ?? column.title}</span>;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus, and the button within.
    <div
      role="columnheader"
      aria-colindex={place}
      aria-sort={sorting}
      className={classes(styles.headCell, column.isPinned && styles.pinned, column.align === "end" && styles.end)}
      style={style}
    >
      {column.isSortable && onOrder !== undefined ? (
        <button
          type="button"
          className={styles.sorter}
          title={column.hint ?? column.title}
          onClick={() =>
            onOrder({
              column: column.id,
              isDescending: isSorted ? !order.isDescending : (column.isDescendingFirst ?? false),
            })
          }
        >
          {face}
          {sorting === undefined ? null : sorting === "descending" ? (
            <ArrowDown size={13} aria-hidden="true" />
          ) : (
            <ArrowUp size={13} aria-hidden="true" />
          )}
        </button>
      ) : (
        <span className={styles.plainHead} title={column.hint ?? column.title}>
          {face}
        </span>
      )}
      <Resizer column={column} width={width} onWidth={onWidth} />
    </div>
  );
}

function Resizer<Row>(props: Pick<HeadCellProps<Row>, "column" | "width" | "onWidth">) {
  const { column, width, onWidth } = props;
  const { t } = useTranslation();
  const drag = useRef<{ readonly x: number; readonly width: number } | null>(null);

  function widthAt(event: PointerEvent<HTMLElement>): number {
    const begin = drag.current ?? { x: event.clientX, width };
    const sign = getComputedStyle(event.currentTarget).direction === "rtl" ? -1 : 1;
    return limited(begin.width + sign * (event.clientX - begin.x));
  }
  function onKeyDown(event: KeyboardEvent): void {
    const step = event.key === "ArrowRight" ? KEY_STEP : event.key === "ArrowLeft" ? -KEY_STEP : 0;
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    onWidth(limited(width + step), true);
  }
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={t("table.resize", { column: column.title })}
      aria-valuenow={Math.round(width)}
      aria-valuemin={LEAST_WIDTH}
      aria-valuemax={MOST_WIDTH}
      tabIndex={-1}
      className={styles.resizer}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.focus();
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { x: event.clientX, width };
      }}
      onPointerMove={(event) => {
        if (drag.current !== null) onWidth(widthAt(event), false);
      }}
      onPointerUp={(event) => {
        if (drag.current === null) return;
        onWidth(widthAt(event), true);
        drag.current = null;
      }}
      onDoubleClick={() => onWidth(column.width ?? USUAL_WIDTH, true)}
    />
  );
}

function limited(width: number): number {
  return Math.round(Math.min(Math.max(width, LEAST_WIDTH), MOST_WIDTH));
}
