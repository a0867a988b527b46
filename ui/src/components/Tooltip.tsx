import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { createPortal } from "react-dom";
import styles from "./Tooltip.module.css";

const DELAY = 400;
const GAP = 6;
const MARGIN = 8;

/** What a tooltip needs. */
export interface TooltipProps {
  readonly text: ReactNode;
  readonly shortcut?: string;
  /** Whether the text is the name of what it stands at, which is then read aloud already. */
  readonly isName?: boolean;
  /** What it belongs to: one element that can have the focus, for the keyboard shows it too. */
  readonly children: ReactNode;
}

/** Words that come when the pointer rests on something, or the focus comes to it; Escape takes them away. */
export function Tooltip({ text, shortcut, isName = false, children }: TooltipProps) {
  const anchor = useRef<HTMLSpanElement>(null);
  const [place, setPlace] = useState<DOMRect | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const id = useId();

  function show(delay: number): void {
    clearTimeout(timer.current);
    timer.current = setTimeout(
      () => setPlace(anchor.current?.firstElementChild?.getBoundingClientRect() ?? null),
      delay,
    );
  }
  function hide(): void {
    clearTimeout(timer.current);
    setPlace(null);
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (place === null) return;
    function onKey(event: KeyboardEvent): void {
      if (event.key === "Escape") setPlace(null);
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [place]);
  useEffect(() => {
    const owner = anchor.current?.firstElementChild;
    if (isName || place === null || owner == null) return;
    owner.setAttribute("aria-describedby", id);
    return () => owner.removeAttribute("aria-describedby");
  }, [place, isName, id]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it is no part of the page's own; what it holds is.
    <span
      ref={anchor}
      className={styles.anchor}
      onPointerEnter={(event) => event.pointerType === "mouse" && show(DELAY)}
      onPointerLeave={hide}
      onPointerDown={hide}
      onFocus={(event) => event.target.matches(":focus-visible") && show(0)}
      onBlur={hide}
    >
      {children}
      {place === null
        ? null
        : createPortal(<Bubble id={id} place={place} text={text} shortcut={shortcut} />, document.body)}
    </span>
  );
}

interface BubbleProps {
  readonly id: string;
  readonly place: DOMRect;
  readonly text: ReactNode;
  readonly shortcut: string | undefined;
}

function Bubble({ id, place, text, shortcut }: BubbleProps) {
  const bubble = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = bubble.current;
    if (box === null) return;
    const { width, height } = box.getBoundingClientRect();
    const left = Math.min(Math.max(place.left + (place.width - width) / 2, MARGIN), innerWidth - width - MARGIN);
    const below = place.bottom + GAP;
    const top = below + height > innerHeight ? place.top - GAP - height : below;
    box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
    box.style.visibility = "visible";
  }, [place]);
  return (
    <div ref={bubble} id={id} role="tooltip" className={styles.bubble}>
      {text}
      {shortcut === undefined ? null : <kbd className={styles.key}>{shortcut}</kbd>}
    </div>
  );
}
