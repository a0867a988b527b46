import { type Cell, toCsv } from "../lib/csv";
import { formatFull } from "../lib/numbers";
import { toIso } from "../lib/times";
import type { ChartCurve } from "./curveTypes";

/** Returns points of curves as a table: one point a line. */
export function curvesCsv(curves: readonly ChartCurve[]): string {
  const rows: Cell[][] = [];
  for (const { runId, key, steps, timestamps, values } of curves) {
    values.forEach((value, place) => {
      const moment = timestamps[place] ?? 0;
      rows.push([runId, key, steps[place], moment, toIso(moment), formatFull(value)]);
    });
  }
  return toCsv(["run_id", "metric", "step", "timestamp", "time", "value"], rows);
}
