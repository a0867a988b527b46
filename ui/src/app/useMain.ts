import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";

const MOST_PLACES = 100;

/**
 * Keeps focus and scroll of the content where readers expect them when another page opens.
 *
 * A new page begins at its top, and is what the keyboard scrolls; Back leads to where the reader was.
 *
 * @param path Of the page that is open.
 */
export function useMain(path: string): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  const before = useRef(path);
  const isBack = useRef(false);
  const places = useRef(new Map<string, number>());

  useEffect(() => {
    const box = main.current;
    if (box === null) return;
    function onScroll(): void {
      const known = places.current;
      known.delete(location.href);
      known.set(location.href, box?.scrollTop ?? 0);
      const oldest = known.keys().next().value;
      if (known.size > MOST_PLACES && oldest !== undefined) known.delete(oldest);
    }
    function onBack(): void {
      isBack.current = true;
    }
    box.addEventListener("scroll", onScroll, { passive: true });
    addEventListener("popstate", onBack, { capture: true });
    return () => {
      box.removeEventListener("scroll", onScroll);
      removeEventListener("popstate", onBack, { capture: true });
    };
  }, []);

  useLayoutEffect(() => {
    const box = main.current;
    if (box === null || before.current === path) return;
    before.current = path;
    box.scrollTop = isBack.current ? (places.current.get(location.href) ?? 0) : 0;
    isBack.current = false;
    // Who goes from tab to tab by keyboard stays on the tabs.
    if (document.activeElement?.closest("nav") == null) box.focus({ preventScroll: true });
  }, [path]);
  return main;
}
