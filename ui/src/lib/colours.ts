import { hashOf } from "./hash";

/** How many colours for data there are: `--data-1` and so on in `app/tokens.css`. */
export const DATA_COLOURS = 12;

/** Returns the number of a colour, from 1 on, that a run or a metric keeps wherever it is shown. */
export function colourNumber(id: string): number {
  return (hashOf(id) % DATA_COLOURS) + 1;
}

/** Returns the name of the CSS variable with the colour of a run or a metric. */
export function colourVariable(id: string): string {
  return `--data-${colourNumber(id)}`;
}

/** Returns the colour of a run or a metric for a `style`. */
export function colourOf(id: string): string {
  return `var(${colourVariable(id)})`;
}

/**
 * Returns the numbers of the colours of several runs: each its own, unless another of them has it already.
 *
 * @param ids The runs that are shown together; the earlier keeps its colour.
 */
export function distinctColours(ids: readonly string[]): Map<string, number> {
  const numbers = new Map<string, number>();
  const uses = new Array<number>(DATA_COLOURS).fill(0);
  for (const id of ids) {
    if (numbers.has(id)) continue;
    const own = colourNumber(id) - 1;
    const fewest = Math.min(...uses);
    // From the own one on, the first that is used least.
    let place = own;
    while ((uses[place] ?? 0) > fewest) place = (place + 1) % DATA_COLOURS;
    uses[place] = (uses[place] ?? 0) + 1;
    numbers.set(id, place + 1);
  }
  return numbers;
}
