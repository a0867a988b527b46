import { type KeyboardEvent, type RefObject, useState } from "react";
import { scrolledTo } from "../lib/windows";

/** What the keyboard does in a table. */
export interface TableKeys {
  /** Row that the keyboard is at; -1 before it was anywhere. */
  readonly active: number;
  readonly setActive: (index: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** What the keys need. */
export interface TableKeysOptions {
  readonly frame: RefObject<HTMLElement | null>;
  readonly count: number;
  readonly rowHeight: number;
  readonly headHeight: number;
  /** Opens a row. */
  readonly onOpen: (index: number) => void;
  /** Picks a row, or from the one before on to it. */
  readonly onPick: (index: number, from: number | null) => void;
  /** Opens or closes what lies below a row. */
  readonly onUnfold: (index: number, isOpen: boolean) => void;
}

/** Moves through the rows of a table by the keyboard: arrows, page keys, Home and End, Enter, Space. */
export function useTableKeys(options: TableKeysOptions): TableKeys {
  const { frame, count, rowHeight, headHeight, onOpen, onPick, onUnfold } = options;
  const [chosen, setActive] = useState(-1);
  const active = Math.min(chosen, count - 1);

  function go(index: number): void {
    const next = Math.min(Math.max(index, 0), count - 1);
    setActive(next);
    const box = frame.current;
    if (box !== null) box.scrollTop = scrolledTo(next, rowHeight, box.scrollTop, box.clientHeight - headHeight);
  }

  function onKeyDown(event: KeyboardEvent): void {
    // Keys in a field or on a button of the table are theirs.
    if (event.target !== frame.current || event.ctrlKey || event.metaKey || event.altKey || count === 0) return;
    const page = Math.max(Math.floor((frame.current?.clientHeight ?? 0) / rowHeight) - 2, 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: count - 1,
    };
    const next = moves[event.key];
    if (next !== undefined) {
      event.preventDefault();
      go(next);
      if (event.shiftKey) onPick(Math.min(Math.max(next, 0), count - 1), Math.max(active, 0));
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      onOpen(active);
    } else if ((event.key === "ArrowRight" || event.key === "ArrowLeft") && active >= 0) {
      onUnfold(active, event.key === "ArrowRight");
    } else if (event.key === " " && active >= 0) {
      event.preventDefault();
      onPick(active, null);
    }
  }
  return { active, setActive, onKeyDown };
}
