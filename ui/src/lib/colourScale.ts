/** Returns the red, green and blue of a colour as browsers write it; null for one written otherwise. */
function partsOf(colour: string): readonly number[] | null {
  const parts = /^rgba?\(([^)]+)\)$/
    .exec(colour)?.[1]
    ?.split(/[\s,/]+/)
    .map(Number);
  return parts !== undefined && parts.length >= 3 && parts.every(Number.isFinite) ? parts.slice(0, 3) : null;
}

/**
 * Returns a colour from a row of them.
 *
 * @param stops Colours as `rgb(…)`, from the one for 0 to the one for 1.
 * @param share Where in the row, 0 to 1.
 */
export function colourBetween(stops: readonly string[], share: number): string {
  const place = Math.min(Math.max(share, 0), 1) * (stops.length - 1);
  const below = stops[Math.floor(place)] ?? "";
  const above = stops[Math.ceil(place)] ?? below;
  const first = partsOf(below);
  const second = partsOf(above);
  const rest = place - Math.floor(place);
  if (first === null || second === null) return rest < 0.5 ? below : above;
  return `rgb(${first.map((part, index) => Math.round(part * (1 - rest) + (second[index] ?? part) * rest)).join(", ")})`;
}

/** Returns where a number lies between two, 0 to 1; in the middle where these are the same. */
export function shareBetween(number: number, least: number, greatest: number): number {
  if (!(greatest > least)) return 0.5;
  // Halves, because the difference of two numbers may be too large for one.
  return Math.min(Math.max((number / 2 - least / 2) / (greatest / 2 - least / 2), 0), 1);
}
