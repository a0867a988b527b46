import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { type Stretch, visibleColumns, visibleRows } from "../lib/windows";

const SPARE_ROWS = 12;
// So many of them may lie on the side to which somebody scrolls.
const MOST_LEANING = 10;
const SPARE_PIXELS = 300;
const FIRST_HEIGHT = 800;
const FIRST_WIDTH = 1600;

/** Which rows and columns of a table are drawn. */
export interface TableWindow {
  readonly rows: Stretch;
  readonly columns: Stretch;
}

/**
 * Returns which rows and columns of a scrolled table are in sight, and draws anew only when these change.
 *
 * @param frame What is scrolled.
 * @param count How many rows there are.
 * @param rowHeight Of each.
 * @param offsets Where the columns begin that scroll sideways.
 */
export function useTableWindow(
  frame: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
  offsets: readonly number[],
): TableWindow {
  const [scrolled, setScrolled] = useState<TableWindow>(() => ({
    rows: visibleRows(count, rowHeight, 0, FIRST_HEIGHT, SPARE_ROWS),
    columns: visibleColumns(offsets, 0, FIRST_WIDTH, SPARE_PIXELS),
  }));
  const look = useRef<() => void>(() => undefined);
  const before = useRef(0);
  useLayoutEffect(() => {
    look.current = () => {
      const box = frame.current;
      if (box === null) return;
      const { scrollTop } = box;
      const moved = scrollTop - before.current;
      before.current = scrollTop;
      const most = MOST_LEANING * rowHeight;
      const leaning = Math.min(Math.max(scrollTop + Math.min(Math.max(moved, -most), most), 0), box.scrollHeight);
      const rows = visibleRows(count, rowHeight, leaning, box.clientHeight, SPARE_ROWS);
      const columns = visibleColumns(offsets, box.scrollLeft, box.clientWidth, SPARE_PIXELS);
      setScrolled((known) => (isSame(known.rows, rows) && isSame(known.columns, columns) ? known : { rows, columns }));
    };
    look.current();
  }, [frame, count, rowHeight, offsets]);
  useEffect(() => {
    const box = frame.current;
    if (box === null) return;
    const onScroll = () => look.current();
    const watcher = new ResizeObserver(onScroll);
    watcher.observe(box);
    box.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      watcher.disconnect();
      box.removeEventListener("scroll", onScroll);
    };
  }, [frame]);
  // Between a list that became shorter and the next look, no row is drawn that is not there any more.
  const end = Math.min(scrolled.rows.end, count);
  return { rows: { start: Math.min(scrolled.rows.start, end), end }, columns: scrolled.columns };
}

function isSame(one: Stretch, other: Stretch): boolean {
  return one.start === other.start && one.end === other.end;
}
