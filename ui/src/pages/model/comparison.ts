import type { MetricReadingMessage, ModelVersionRowMessage } from "../../api";
import { allNames, isSame, type Values } from "../../lib/differences";
import { toNumber, type WireNumber } from "../../lib/numbers";

/** What is compared of one name: a value of each version, null where it has none. */
export interface ComparedLine<Value> {
  readonly name: string;
  readonly values: readonly (Value | null)[];
  /** Whether they are not the same everywhere. */
  readonly isDifferent: boolean;
}

/** Returns line by line what versions have of something, by name. */
export function comparedLines<Value extends string | number>(
  columns: readonly Readonly<Record<string, Value>>[],
): ComparedLine<Value>[] {
  return allNames(columns as readonly Values[])
    .toSorted((one, other) => one.localeCompare(other, undefined, { numeric: true }))
    .map((name) => {
      const values = columns.map((column) => (Object.hasOwn(column, name) ? (column[name] ?? null) : null));
      return { name, values, isDifferent: !isSame(values) };
    });
}

/** Returns the places of the best values; none where nobody said which are better, or where all are the same. */
export function bestPlaces(
  values: readonly (WireNumber | null)[],
  direction: MetricReadingMessage["direction"],
): readonly number[] {
  const sign = direction === "higher" ? 1 : -1;
  const numbers = values.map((value) => (value === null ? Number.NaN : toNumber(value) * sign));
  const known = numbers.filter((number) => !Number.isNaN(number));
  if (direction === "none" || known.length < 2) return [];
  const best = Math.max(...known);
  if (known.every((number) => number === best)) return [];
  return numbers.flatMap((number, place) => (number === best ? [place] : []));
}

/** Returns how much one value is above another, in the unit in which it is read; null where that says nothing. */
export function differenceOf(
  before: WireNumber | null | undefined,
  after: WireNumber | null | undefined,
  scale: number | null,
): number | null {
  if (before == null || after == null) return null;
  const difference = (toNumber(after) - toNumber(before)) * (scale ?? 1);
  return Number.isFinite(difference) ? difference : null;
}

/** Returns the numbers of the versions to compare where nobody has picked any: what is in Production and what is newest. */
export function usualPair(production: number | null, newest: number | null, before: number | null): readonly number[] {
  if (newest === null) return [];
  const other = production !== null && production !== newest ? production : before;
  return other === null ? [newest] : [other, newest];
}

/** Returns the names of all metrics that versions have: the one that matters most first, then by name. */
export function metricNames(rows: readonly ModelVersionRowMessage[]): readonly string[] {
  const first = rows.find(({ summary }) => summary.key_metric !== null)?.summary.key_metric?.key;
  return [...new Set(rows.flatMap((row) => Object.keys(row.metrics)))].sort((one, other) => {
    if (one === first || other === first) return one === first ? -1 : 1;
    return one.localeCompare(other, undefined, { numeric: true });
  });
}
