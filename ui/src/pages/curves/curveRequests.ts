import type { RequestOf } from "../../api";
import type { CurveView } from "../../charts";

type CurvesRequest = RequestOf<"get_curves">;

/** A run whose curves are shown. */
export interface CurveRun {
  readonly id: string;
  readonly name: string;
  /** Number of its colour, from 1 on; see `distinctColours`. */
  readonly colour: number;
  /** When it began, in milliseconds since 1970 UTC; null if nobody said. */
  readonly origin: number | null;
}

/**
 * Returns what to ask the server for.
 *
 * @param runs Whose curves.
 * @param keys Names of the metrics.
 * @param view How they are looked at.
 * @param mostPoints Most points of a curve.
 */
export function curveRequests(
  runs: readonly CurveRun[],
  keys: readonly string[],
  view: CurveView,
  mostPoints: number,
): CurvesRequest[] {
  const axis = view.axis === "step" ? ("step" as const) : ("timestamp" as const);
  const asked = { run_ids: runs.map(({ id }) => id), keys, axis, max_points: mostPoints };
  const { range } = view;
  if (runs.length === 0 || keys.length === 0) return [];
  if (range === null) return [asked];
  if (view.axis !== "relative") return [{ ...asked, ...whole(range.start, range.end) }];
  // The same time since the beginning is another moment in each run.
  return runs.map(({ id, origin }) => ({
    ...asked,
    run_ids: [id],
    ...(origin === null ? {} : whole(origin + range.start, origin + range.end)),
  }));
}

function whole(start: number, end: number): { start: number; end: number } {
  const limited = (number: number) => Math.min(Math.max(number, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
  return { start: limited(Math.floor(start)), end: limited(Math.ceil(end)) };
}
