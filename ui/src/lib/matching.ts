/**
 * Returns how well a text fits what somebody typed; null if it does not.
 *
 * Every word typed has to be found. Beginnings of words count most, then places near the beginning.
 */
export function matchScore(text: string, typed: string): number | null {
  const searched = text.toLocaleLowerCase();
  let score = 0;
  for (const word of typed.toLocaleLowerCase().split(/\s+/).filter(Boolean)) {
    const place = searched.indexOf(word);
    if (place < 0) return null;
    const isBeginning = place === 0 || !/[\p{L}\p{N}]/u.test(searched[place - 1] ?? "");
    score += (isBeginning ? 100 : 10) - Math.min(place, 9);
  }
  return score;
}

/** Returns what fits what somebody typed, the best first; all of it where nothing was typed. */
export function bestMatches<Item>(items: readonly Item[], textOf: (item: Item) => string, typed: string): Item[] {
  return items
    .map((item) => ({ item, score: matchScore(textOf(item), typed) }))
    .filter((scored): scored is { item: Item; score: number } => scored.score !== null)
    .sort((one, other) => other.score - one.score)
    .map(({ item }) => item);
}
