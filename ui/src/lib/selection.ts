/** Returns a selection with one thing taken in or out. */
export function toggled(selected: readonly string[], id: string): string[] {
  return selected.includes(id) ? selected.filter((other) => other !== id) : [...selected, id];
}

/** Returns a selection with everything of a list in it, or nothing of it if all was there already. */
export function toggledAll(selected: readonly string[], ids: readonly string[]): string[] {
  const known = new Set(selected);
  if (ids.every((id) => known.has(id))) {
    const gone = new Set(ids);
    return selected.filter((id) => !gone.has(id));
  }
  return [...selected, ...ids.filter((id) => !known.has(id))];
}

/**
 * Returns a selection with all from one thing to another in it.
 *
 * @param selected What is selected now.
 * @param order Everything, as it stands on the page.
 * @param from Where the stretch begins; where that is not on the page, `to` alone is taken in.
 * @param to Where it ends; it may stand before `from`.
 */
export function withStretch(
  selected: readonly string[],
  order: readonly string[],
  from: string | null,
  to: string,
): string[] {
  const end = order.indexOf(to);
  const begin = from === null ? -1 : order.indexOf(from);
  if (end < 0) return [...selected];
  const stretch = begin < 0 ? [to] : order.slice(Math.min(begin, end), Math.max(begin, end) + 1);
  return [...new Set([...selected, ...stretch])];
}
