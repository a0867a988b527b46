import { useEffect, useRef } from "react";
import type { PlainTextKey } from "../i18n";
import { isKey } from "../lib/keys";
import { createStore } from "../lib/store";
import { useStore } from "./useStore";

/** A key that does something on the page that is open. */
export interface Shortcut {
  /** The key as browsers call it, such as `c` or `Delete`. */
  readonly key: string;
  /** What it does, for the list of shortcuts: name of a text. */
  readonly text: PlainTextKey;
}

const shortcuts = createStore<readonly Shortcut[]>([]);

/** Does something on a key for as long as what calls this is shown; not while somebody types or a dialog is open. */
export function useShortcut(key: string, text: PlainTextKey, run: () => void): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  }, [run]);
  useEffect(() => {
    const shortcut = { key, text };
    shortcuts.update((others) => [...others, shortcut]);
    function onKey(event: KeyboardEvent): void {
      if (!isKey(event, key) || isTaken(event)) return;
      event.preventDefault();
      latest.current();
    }
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("keydown", onKey);
      shortcuts.update((others) => others.filter((other) => other !== shortcut));
    };
  }, [key, text]);
}

/** Returns the shortcuts of the page that is open. */
export function useShortcuts(): readonly Shortcut[] {
  return useStore(shortcuts);
}

/** Tells whether a key belongs to something else: to a field, to a dialog, to the browser. */
export function isTaken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  const target = event.target instanceof Element ? event.target : null;
  return (
    target?.closest(
      "input:not([type='checkbox']), textarea, select, [contenteditable='true'], dialog[open], [role='menu']",
    ) != null
  );
}
