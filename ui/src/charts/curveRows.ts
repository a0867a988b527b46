import { positionsOf } from "./curveData";
import type { ChartCurve, CurveAxis } from "./curveTypes";

/** Points that lie at the same place of the axis: a value of each curve, undefined where it has no point there. */
export interface CurveRow {
  readonly x: number;
  readonly values: readonly (number | undefined)[];
}

/** Returns the points of curves as rows of a table, in the order of the axis. */
export function curveRows(curves: readonly ChartCurve[], axis: CurveAxis): CurveRow[] {
  const rows = new Map<string, { x: number; values: (number | undefined)[] }>();
  curves.forEach((curve, column) => {
    const positions = positionsOf(curve, axis);
    const seen = new Map<number, number>();
    positions.forEach((x, place) => {
      // The same place several times: the first of each curve together, then the second of each.
      const turn = seen.get(x) ?? 0;
      seen.set(x, turn + 1);
      const key = `${x} ${turn}`;
      let row = rows.get(key);
      if (row === undefined) {
        row = { x, values: new Array<number | undefined>(curves.length).fill(undefined) };
        rows.set(key, row);
      }
      row.values[column] = curve.values[place];
    });
  });
  return [...rows.values()].sort((one, other) => one.x - other.x);
}
