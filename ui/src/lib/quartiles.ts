/** Values in short as a box shows them. */
export interface Box {
  readonly count: number;
  /** Least and greatest value that lies no further than one and a half boxes away from the box. */
  readonly low: number;
  readonly firstQuartile: number;
  readonly median: number;
  readonly thirdQuartile: number;
  readonly high: number;
  /** Which of the values lie further away. */
  readonly outliers: readonly number[];
}

const REACH = 1.5;

/** Returns finite numbers as a box; null if there are none. */
export function boxOf(values: readonly number[]): Box | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((one, other) => one - other);
  const firstQuartile = quantile(sorted, 0.25);
  const thirdQuartile = quantile(sorted, 0.75);
  const reach = REACH * (thirdQuartile - firstQuartile);
  const isNear = (value: number) => value >= firstQuartile - reach && value <= thirdQuartile + reach;
  const near = sorted.filter(isNear);
  return {
    count: values.length,
    low: near[0] ?? firstQuartile,
    firstQuartile,
    median: quantile(sorted, 0.5),
    thirdQuartile,
    high: near.at(-1) ?? thirdQuartile,
    outliers: values.flatMap((value, place) => (isNear(value) ? [] : [place])),
  };
}

/** Returns the value below which a share of sorted numbers lies, between two of them in proportion. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? below;
  const rest = place - Math.floor(place);
  return below * (1 - rest) + above * rest;
}
