import {
  type CSSProperties,
  type MouseEvent,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useTranslation } from "../i18n";
import { classes } from "../lib/classes";
import { offsetsOf, type Stretch } from "../lib/windows";
import { Checkbox } from "./Checkbox";
import styles from "./DataTable.module.css";
import { HeadCell } from "./TableHead";
import { type PlacedColumn, TableRow } from "./TableRow";
import {
  BOX_WIDTH,
  type ColumnWidths,
  type DataColumn,
  type RowSelection,
  type TableOrder,
  USUAL_WIDTH,
} from "./tableTypes";
import { useTableKeys } from "./useTableKeys";
import { useTableWindow } from "./useTableWindow";

const ROW_HEIGHT = 32;
const HEAD_HEIGHT = 32;
const NO_WIDTHS: ColumnWidths = {};

/** What a table needs. */
export interface DataTableProps<Row> {
  /** What it is a table of, read aloud. */
  readonly label: string;
  readonly columns: readonly DataColumn<Row>[];
  /** How many rows there are, fetched or not. */
  readonly count: number;
  /** Returns a row; undefined as long as it is not fetched. */
  readonly rowAt: (index: number) => Row | undefined;
  /** Returns what tells a row apart, for picking it and for drawing. */
  readonly keyOf: (row: Row) => string;
  /** Returns the name of a row, read aloud with its box to tick. */
  readonly nameOf?: (row: Row) => string;
  readonly order?: TableOrder | null;
  readonly onOrder?: (order: TableOrder) => void;
  readonly widths?: ColumnWidths;
  readonly onWidths?: (widths: ColumnWidths) => void;
  readonly selection?: RowSelection;
  /** Opens a row: Enter and a double click do it, and a click where rows cannot be picked. */
  readonly onOpen?: (row: Row) => void;
  /** Opens or closes what lies below a row: the arrows to the sides do it. */
  readonly onUnfold?: (row: Row, isOpen: boolean) => void;
  /** Told which rows are in sight, to fetch them. */
  readonly onVisible?: (rows: Stretch) => void;
  readonly rowHeight?: number;
  /** Most rows that it is high; without, it fills the place that it is in. */
  readonly mostRows?: number;
  /** Whether other rows are on their way. */
  readonly isBusy?: boolean;
}

/** A table of any number of rows and columns, of which it draws those in sight. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, count, rowAt, keyOf, nameOf, order = null, onOrder, selection, onOpen, onVisible } = props;
  const { rowHeight = ROW_HEIGHT, mostRows, isBusy = false, onWidths, onUnfold } = props;
  const { t } = useTranslation();
  const frame = useRef<HTMLDivElement>(null);
  const id = useId();
  const anchor = useRef<string | null>(null);
  const layout = useLayout(columns, props.widths ?? NO_WIDTHS, selection !== undefined);
  const drawn = useTableWindow(frame, count, rowHeight, layout.offsets);
  const placed = usePlaced(layout, drawn.columns);

  const pick = useCallback(
    (index: number, from: number | null, isStretch: boolean) => {
      const row = rowAt(index);
      if (row === undefined || selection === undefined) return;
      const key = keyOf(row);
      if (isStretch) {
        const first = from === null ? undefined : rowAt(from);
        selection.stretch(keysOf(count, rowAt, keyOf), first === undefined ? anchor.current : keyOf(first), key);
      } else {
        selection.toggle(key);
      }
      anchor.current = key;
    },
    [rowAt, keyOf, selection, count],
  );
  const open = useCallback(
    (index: number) => {
      const row = rowAt(index);
      if (row !== undefined) onOpen?.(row);
    },
    [rowAt, onOpen],
  );
  const keys = useTableKeys({
    frame,
    count,
    rowHeight,
    headHeight: HEAD_HEIGHT,
    onOpen: open,
    onPick: (index, from) => pick(index, from, from !== null),
    onUnfold: (index, isOpen) => {
      const row = rowAt(index);
      if (row !== undefined) onUnfold?.(row, isOpen);
    },
  });
  const { setActive } = keys;
  const onPick = useSteady((index: number, isStretch: boolean) => pick(index, null, isStretch));
  const onClick = useSteady((index: number, event: MouseEvent) => {
    // A click on something in a cell is for that; one that ends marking a text is none.
    const isElsewhere =
      event.target instanceof Element && event.target.closest("a, button, input, label, select") !== null;
    if (isElsewhere || getSelection()?.isCollapsed === false) return;
    setActive(index);
    if (selection === undefined || event.detail > 1) open(index);
  });
  const { start, end } = drawn.rows;
  useEffect(() => onVisible?.({ start, end }), [onVisible, start, end]);

  const rows = Array.from({ length: end - start }, (_, offset) => start + offset);
  const shownKeys = selection === undefined ? [] : rows.flatMap((index) => keyAt(rowAt(index), keyOf));
  const picked = shownKeys.filter((key) => selection?.set.has(key)).length;
  return (
    <div
      ref={frame}
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={layout.all.length + (selection === undefined ? 0 : 1)}
      aria-multiselectable={selection !== undefined || undefined}
      aria-busy={isBusy || undefined}
      aria-activedescendant={keys.active >= start && keys.active < end ? `${id}-${keys.active}` : undefined}
      tabIndex={0}
      className={classes(styles.frame, mostRows === undefined && styles.filling)}
      style={mostRows === undefined ? {} : { maxHeight: HEAD_HEIGHT + mostRows * rowHeight + 2 }}
      onKeyDown={keys.onKeyDown}
    >
      <div role="rowgroup" className={styles.head}>
        {/* biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus of all rows. */}
        <div
          role="row"
          aria-rowindex={1}
          className={styles.headRow}
          style={{ width: layout.width, height: HEAD_HEIGHT }}
        >
          {selection === undefined ? null : (
            // biome-ignore lint/a11y/useFocusableInteractive: the box within has the focus.
            <div
              role="columnheader"
              aria-colindex={1}
              className={classes(styles.headCell, styles.pinned, styles.box)}
              style={{ width: BOX_WIDTH, insetInlineStart: 0 }}
            >
              <Checkbox
                label={t("table.selectAll")}
                isLabelHidden
                isChecked={picked > 0 && picked === shownKeys.length}
                isMixed={picked > 0 && picked < shownKeys.length}
                onCheck={() => selection.toggleAll(shownKeys)}
              />
            </div>
          )}
          {placed.map(({ column, place, style }) => (
            <HeadCell
              key={column.id}
              column={column}
              place={place}
              width={layout.widthOf(column.id)}
              style={style}
              order={order}
              onOrder={onOrder}
              onWidth={(width, isDone) => {
                const widths = layout.setWidth(column.id, width);
                if (isDone) onWidths?.(widths);
              }}
            />
          ))}
        </div>
      </div>
      <div role="rowgroup" className={styles.body} style={{ width: layout.width, height: count * rowHeight }}>
        {rows.map((index) => {
          const row = rowAt(index);
          return (
            <TableRow
              key={row === undefined ? index : keyOf(row)}
              id={`${id}-${index}`}
              row={row}
              index={index}
              top={index * rowHeight}
              height={rowHeight}
              width={layout.width}
              columns={placed}
              isActive={index === keys.active}
              isPicked={selection === undefined ? null : row !== undefined && selection.set.has(keyOf(row))}
              name={row === undefined ? undefined : nameOf?.(row)}
              onPick={onPick}
              onClick={onClick}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Returns a function that stays the same and does what was given last: rows are not drawn anew for another one. */
function useSteady<Arguments extends readonly unknown[]>(
  act: (...given: Arguments) => void,
): (...given: Arguments) => void {
  const latest = useRef(act);
  useLayoutEffect(() => {
    latest.current = act;
  });
  return useCallback((...given: Arguments) => latest.current(...given), []);
}

interface Layout<Row> {
  readonly all: readonly DataColumn<Row>[];
  readonly pinned: readonly DataColumn<Row>[];
  readonly pinnedOffsets: readonly number[];
  readonly sliding: readonly DataColumn<Row>[];
  /** Where the columns that scroll begin. */
  readonly offsets: readonly number[];
  readonly firstPlace: number;
  readonly width: number;
  readonly widthOf: (id: string) => number;
  readonly setWidth: (id: string, width: number) => ColumnWidths;
}

function useLayout<Row>(columns: readonly DataColumn<Row>[], given: ColumnWidths, hasBoxes: boolean): Layout<Row> {
  const [drawnWidths, setDrawnWidths] = useState<ColumnWidths>(NO_WIDTHS);
  return useMemo(() => {
    const widths = { ...given, ...drawnWidths };
    const usual = new Map(columns.map((column) => [column.id, column.width ?? USUAL_WIDTH]));
    const widthOf = (id: string) => widths[id] ?? usual.get(id) ?? USUAL_WIDTH;
    const pinned = columns.filter((column) => column.isPinned);
    const sliding = columns.filter((column) => !column.isPinned);
    const boxWidth = hasBoxes ? BOX_WIDTH : 0;
    const pinnedOffsets = offsetsOf(pinned.map((column) => widthOf(column.id))).map((offset) => offset + boxWidth);
    const begin = pinnedOffsets.at(-1) ?? boxWidth;
    const offsets = offsetsOf(sliding.map((column) => widthOf(column.id)));
    return {
      all: [...pinned, ...sliding],
      pinned,
      pinnedOffsets,
      sliding,
      offsets,
      firstPlace: hasBoxes ? 2 : 1,
      width: begin + (offsets.at(-1) ?? 0),
      widthOf,
      setWidth: (id, width) => {
        const next = { ...widths, [id]: width };
        setDrawnWidths(next);
        return next;
      },
    };
  }, [columns, given, drawnWidths, hasBoxes]);
}

/** The columns that stay, and those in sight of the others; what is out of sight on the left is a gap. */
function usePlaced<Row>(layout: Layout<Row>, drawn: Stretch): readonly PlacedColumn<Row>[] {
  const { start, end } = drawn;
  return useMemo(() => {
    const pinned = layout.pinned.map((column, place) => ({
      column,
      place: layout.firstPlace + place,
      style: { width: layout.widthOf(column.id), insetInlineStart: layout.pinnedOffsets[place] ?? 0 },
    }));
    const sliding = layout.sliding.slice(start, end).map((column, offset) => {
      const style: CSSProperties = { width: layout.widthOf(column.id) };
      if (offset === 0) style.marginInlineStart = layout.offsets[start] ?? 0;
      return { column, place: layout.firstPlace + layout.pinned.length + start + offset, style };
    });
    return [...pinned, ...sliding];
  }, [layout, start, end]);
}

function keyAt<Row>(row: Row | undefined, keyOf: (row: Row) => string): string[] {
  return row === undefined ? [] : [keyOf(row)];
}

function keysOf<Row>(count: number, rowAt: (index: number) => Row | undefined, keyOf: (row: Row) => string): string[] {
  return Array.from({ length: count }, (_, index) => index).flatMap((index) => keyAt(rowAt(index), keyOf));
}
