import type { RequestOf, ResponseOf } from "../../../api";
import { type ComparedRun, comparedRun } from "./comparedRun";

/** Runs as far as they could be had. */
export interface ComparedAnswer {
  /** In the order in which they were asked for. */
  readonly runs: readonly ComparedRun[];
  /** How many are not there any more, or may not be read. */
  readonly gone: number;
  /** How many were not asked for, because there would be too much to show. */
  readonly left: number;
}

/** Finds runs; see `search_runs`. */
export type SearchRuns = (request: RequestOf<"search_runs">) => Promise<ResponseOf<"search_runs">>;

/** So many runs are compared at most. */
export const MOST_COMPARED = 1_000;

const FIRST = 20;
const MOST_AT_ONCE = 200;
const VALUES_AT_ONCE = 60_000;
const MOST_VALUES = 600_000;

/**
 * Returns runs with all their params and metrics: few at first, then as many at once as have not too many values.
 *
 * @param runIds The runs.
 * @param experimentIds Where they are.
 * @param search Asks the server.
 */
export async function fetchCompared(
  runIds: readonly string[],
  experimentIds: readonly string[],
  search: SearchRuns,
): Promise<ComparedAnswer> {
  const wanted = [...new Set(runIds)];
  const found = new Map<string, ComparedRun>();
  let asked = 0;
  let values = 0;
  let size = FIRST;
  while (asked < Math.min(wanted.length, MOST_COMPARED) && values < MOST_VALUES) {
    const some = wanted.slice(asked, Math.min(asked + size, MOST_COMPARED));
    const { runs = [] } = await search({
      experiment_ids: experimentIds,
      filter: `attributes.run_id IN (${some.map((id) => `'${id.replaceAll("'", "")}'`).join(", ")})`,
      run_view_type: "ALL",
      max_results: some.length,
    });
    asked += some.length;
    for (const message of runs) {
      const run = comparedRun(message);
      found.set(run.id, run);
      values += run.params.size + run.metrics.size;
    }
    const each = Math.max(values / asked, 1);
    size = Math.min(Math.max(Math.floor(VALUES_AT_ONCE / each), 1), MOST_AT_ONCE);
  }
  const runs = wanted.flatMap((id) => found.get(id) ?? []);
  return { runs, gone: asked - runs.length, left: wanted.length - asked };
}
