/** Places in a list: from `start` up to but without `end`. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * Returns which rows of the same height are to be drawn.
 *
 * @param count How many there are.
 * @param height Of one.
 * @param top How far the list is scrolled.
 * @param room Height of what can be seen.
 * @param spare How many more on either side are drawn, so that scrolling shows no gap.
 */
export function visibleRows(count: number, height: number, top: number, room: number, spare: number): Stretch {
  const start = Math.min(Math.max(Math.floor(top / height) - spare, 0), Math.max(count - 1, 0));
  const end = Math.min(Math.ceil((top + room) / height) + spare, count);
  return { start, end: Math.max(end, Math.min(start + 1, count)) };
}

/**
 * Returns which columns of any width are to be drawn.
 *
 * @param offsets Where each column begins, and behind the last one where it ends.
 * @param left How far the table is scrolled.
 * @param room Width of what can be seen.
 * @param spare How much more on either side is drawn.
 */
export function visibleColumns(offsets: readonly number[], left: number, room: number, spare: number): Stretch {
  const count = offsets.length - 1;
  let start = 0;
  while (start < count && (offsets[start + 1] ?? 0) <= left - spare) start += 1;
  let end = start;
  while (end < count && (offsets[end] ?? 0) < left + room + spare) end += 1;
  return { start, end };
}

/** Returns where things of these lengths begin when they lie one behind the other, and where the last one ends. */
export function offsetsOf(lengths: readonly number[]): number[] {
  const offsets = [0];
  let end = 0;
  for (const length of lengths) {
    end += length;
    offsets.push(end);
  }
  return offsets;
}

/** Returns how far to scroll so that a row can be seen: as little as possible. */
export function scrolledTo(place: number, height: number, top: number, room: number): number {
  if (place * height < top) return place * height;
  return Math.max(top, (place + 1) * height - room);
}
