import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import styles from "./CardGrid.module.css";
import { arePlacesSame, CARD_GAP, type CardPlace, type CardShape, cardPlaces } from "./cardPlaces";

/** Cards of one height that belong together. */
export interface CardGroup extends CardShape {
  /** Tells groups apart. */
  readonly key: string;
  readonly card: (index: number) => ReactNode;
}

/** What a grid of cards needs. */
export interface CardGridProps {
  /** What lies one below the other. */
  readonly groups: readonly CardGroup[];
  /** What it is a grid of, read aloud. */
  readonly label: string;
}

const NOWHERE: readonly CardPlace[] = [];

/** Cards in as many columns as there is room for; those in sight are drawn. */
export function CardGrid({ groups, label }: CardGridProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [places, setPlaces] = useState(NOWHERE);
  const look = useRef<() => void>(() => undefined);
  useLayoutEffect(() => {
    look.current = () => {
      const box = frame.current;
      if (box === null) return;
      const room = { width: box.clientWidth, height: box.clientHeight, scrolled: box.scrollTop };
      const now = cardPlaces(groups, room);
      setPlaces((before) => (arePlacesSame(before, now) ? before : now));
    };
    look.current();
  }, [groups]);
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
  const last = places.at(-1);
  return (
    <div ref={frame} role="group" aria-label={label} className={styles.frame}>
      <div className={styles.all} style={{ height: last === undefined ? 0 : last.top + last.cardsTop + last.height }}>
        {groups.map((group, index) => {
          const place = places[index];
          return place === undefined ? null : <Cards key={group.key} group={group} place={place} />;
        })}
      </div>
    </div>
  );
}

function Cards({ group, place }: { readonly group: CardGroup; readonly place: CardPlace }) {
  const { count, cardHeight, title, card } = group;
  const { columns, top, cardsTop, lines } = place;
  const start = Math.min(lines.start * columns, count);
  const end = Math.min(lines.end * columns, count);
  const indexes = Array.from({ length: Math.max(end - start, 0) }, (_, offset) => start + offset);
  return (
    <div className={styles.group} style={{ top }}>
      {title === undefined ? null : (
        <h2 className={styles.title} style={{ height: cardsTop }}>
          {title}
        </h2>
      )}
      <div
        className={styles.cards}
        style={{
          transform: `translateY(${lines.start * (cardHeight + CARD_GAP)}px)`,
          gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
          gridAutoRows: cardHeight,
          gap: CARD_GAP,
        }}
      >
        {indexes.map((index) => card(index))}
      </div>
    </div>
  );
}
