/** A line of the table: a run, or a place that waits for one. */
export interface Line {
  /** The run; null as long as it is not known. */
  readonly id: string | null;
  /** How deep it lies below others; 0 at the top. */
  readonly level: number;
}

/** All lines of the table. */
export interface Lines {
  readonly count: number;
  readonly at: (index: number) => Line;
}

/** Runs whose parts are shown, with these as far as they are fetched. */
export type OpenedRuns = ReadonlyMap<string, readonly string[] | undefined>;

interface Block {
  /** Line of the run to which it belongs, counted without any block. */
  readonly behind: number;
  readonly lines: readonly Line[];
}

const DEEPEST = 20;
const WAITING: Line = { id: null, level: 0 };

/**
 * Returns the lines of a table in which runs are shown below the ones that they are part of.
 *
 * @param ids The runs at the top, as far as they are known.
 * @param count How many there are at the top.
 * @param opened Runs whose parts are shown.
 */
export function linesOf(ids: readonly string[], count: number, opened: OpenedRuns): Lines {
  const blocks = blocksOf(ids, opened);
  const added = blocks.reduce((sum, { lines }) => sum + lines.length, 0);
  return {
    count: count + added,
    at: (index) => {
      let shift = 0;
      for (const { behind, lines } of blocks) {
        const begin = behind + 1 + shift;
        if (index < begin) break;
        if (index < begin + lines.length) return lines[index - begin] ?? WAITING;
        shift += lines.length;
      }
      const id = ids[index - shift];
      return id === undefined ? WAITING : { id, level: 0 };
    },
  };
}

function blocksOf(ids: readonly string[], opened: OpenedRuns): Block[] {
  if (opened.size === 0) return [];
  return [...opened.keys()]
    .map((id) => ({ behind: ids.indexOf(id), lines: linesBelow(id, opened, 1) }))
    .filter(({ behind }) => behind >= 0)
    .sort((one, other) => one.behind - other.behind);
}

function linesBelow(id: string, opened: OpenedRuns, level: number): Line[] {
  const children = opened.get(id);
  if (children === undefined) return [{ id: null, level }];
  return children.flatMap((child) => [
    { id: child, level },
    ...(opened.has(child) && level < DEEPEST ? linesBelow(child, opened, level + 1) : []),
  ]);
}
