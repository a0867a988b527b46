import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { type Stretch, visibleRows } from "../lib/windows";
import styles from "./CardGrid.module.css";

const GAP = 12;
const SPARE_ROWS = 1;

/** What a grid of cards needs. */
export interface CardGridProps {
  readonly count: number;
  readonly cardHeight: number;
  /** Narrowest that a card gets. */
  readonly leastWidth: number;
  /** What it is a grid of, read aloud. */
  readonly label: string;
  readonly children: (index: number) => ReactNode;
}

interface Shape {
  readonly columns: number;
  readonly rows: Stretch;
}

/** Cards of one height in as many columns as there is room for; those in sight are drawn. */
export function CardGrid({ count, cardHeight, leastWidth, label, children }: CardGridProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [shape, setShape] = useState<Shape>({ columns: 1, rows: { start: 0, end: 0 } });
  const look = useRef<() => void>(() => undefined);
  const pitch = cardHeight + GAP;
  useLayoutEffect(() => {
    look.current = () => {
      const box = frame.current;
      if (box === null) return;
      const columns = Math.max(Math.floor((box.clientWidth + GAP) / (leastWidth + GAP)), 1);
      const rows = visibleRows(Math.ceil(count / columns), pitch, box.scrollTop, box.clientHeight, SPARE_ROWS);
      setShape((before) =>
        before.columns === columns && before.rows.start === rows.start && before.rows.end === rows.end
          ? before
          : { columns, rows },
      );
    };
    look.current();
  }, [count, pitch, leastWidth]);
  useEffect(() => {
    const box = frame.current;
    if (box === null) return;
    const onChange = () => look.current();
    const watcher = new ResizeObserver(onChange);
    watcher.observe(box);
    box.addEventListener("scroll", onChange, { passive: true });
    return () => {
      watcher.disconnect();
      box.removeEventListener("scroll", onChange);
    };
  }, []);
  const { columns } = shape;
  const start = Math.min(shape.rows.start * columns, count);
  const end = Math.min(shape.rows.end * columns, count);
  const indexes = Array.from({ length: Math.max(end - start, 0) }, (_, offset) => start + offset);
  return (
    <div ref={frame} role="group" aria-label={label} className={styles.frame}>
      <div className={styles.all} style={{ height: Math.max(Math.ceil(count / columns) * pitch - GAP, 0) }}>
        <div
          className={styles.cards}
          style={{
            transform: `translateY(${shape.rows.start * pitch}px)`,
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            gridAutoRows: cardHeight,
            gap: GAP,
          }}
        >
          {indexes.map((index) => children(index))}
        </div>
      </div>
    </div>
  );
}
