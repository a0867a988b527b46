import { useCallback, useState } from "react";

const PREFIX = "trialog.";

/** Returns what this browser keeps under a name; null if it keeps nothing, or may not. */
export function readKept(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    // Browsers that keep nothing for anybody say so by an exception.
    return null;
  }
}

/** Keeps something in this browser, if it may. */
export function keep(name: string, text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, text);
  } catch {
    // It is convenience alone: the page works without.
  }
}

/**
 * Keeps a layout in this browser: widths of columns and the like, which belong to a reader and not to an address.
 *
 * @param name What it is, such as `runs.columns.1`.
 * @param usual What it is where nothing was kept.
 * @param isValid Tells whether what was kept is still of the right shape.
 */
export function useKept<Value>(
  name: string,
  usual: Value,
  isValid: (kept: unknown) => kept is Value,
): [Value, (next: Value) => void] {
  const [state, setState] = useState(() => ({ name, value: read(name, usual, isValid) }));
  // Another name is another thing: what was kept under it is read at once.
  const current = state.name === name ? state : { name, value: read(name, usual, isValid) };
  if (current !== state) setState(current);
  const set = useCallback(
    (next: Value) => {
      keep(name, JSON.stringify(next));
      setState({ name, value: next });
    },
    [name],
  );
  return [current.value, set];
}

function read<Value>(name: string, usual: Value, isValid: (kept: unknown) => kept is Value): Value {
  const text = readKept(name);
  if (text === null) return usual;
  try {
    const value: unknown = JSON.parse(text);
    return isValid(value) ? value : usual;
  } catch {
    return usual;
  }
}
