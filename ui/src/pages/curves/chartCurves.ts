import type { Curve } from "../../api";
import type { ChartCurve } from "../../charts";
import { distinctColours } from "../../lib/colours";
import type { CurveRun } from "./curveRequests";

/**
 * Returns curves as a chart draws them: runs told apart by colours, metrics by dashes; metrics of one run by colours.
 *
 * @param curves As the server answered them; those without points are left out.
 * @param runs The runs that were asked for.
 * @param keys The metrics.
 */
export function chartCurves(
  curves: readonly Curve[],
  runs: readonly CurveRun[],
  keys: readonly string[],
): ChartCurve[] {
  const byId = new Map(runs.map((run) => [run.id, run]));
  const keyColours = distinctColours(keys);
  const isOneRun = runs.length === 1;
  return curves.flatMap((curve) => {
    const run = byId.get(curve.runId);
    const place = keys.indexOf(curve.key);
    if (run === undefined || place < 0 || curve.values.length === 0) return [];
    const names = [...(isOneRun ? [] : [run.name]), ...(keys.length === 1 && !isOneRun ? [] : [curve.key])];
    return [
      {
        ...curve,
        id: JSON.stringify([curve.runId, curve.key]),
        name: names.join(" · "),
        colour: isOneRun && keys.length > 1 ? (keyColours.get(curve.key) ?? run.colour) : run.colour,
        dash: isOneRun ? 0 : place,
        origin: run.origin,
      },
    ];
  });
}
