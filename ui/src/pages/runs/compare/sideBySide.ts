import type { LoggedValue } from "../../../lib/chartColumn";
import { identicalGroups, isSame } from "../../../lib/differences";
import { matchScore } from "../../../lib/matching";
import { type ColumnName, columnId } from "../columns";
import { type ComparedRun, valueIn } from "../compared/comparedRun";

/** One thing of all runs, beside each other. */
export interface ValueRow {
  readonly id: string;
  readonly field: ColumnName;
  /** The value of each run. */
  readonly values: readonly LoggedValue[];
  readonly isDiffering: boolean;
}

/** Runs whose metrics are all the same. */
export interface IdenticalRuns {
  readonly runs: readonly ComparedRun[];
  /** How many metrics they have. */
  readonly count: number;
}

const ATTRIBUTES = ["status", "start_time", "duration", "user_id"] as const;

/** Returns all that runs have, a row each: what every run has, then params, then metrics. */
export function valueRows(
  runs: readonly ComparedRun[],
  paramKeys: readonly string[],
  metricKeys: readonly string[],
): ValueRow[] {
  const fields: ColumnName[] = [
    ...ATTRIBUTES.map((key) => ({ kind: "attribute", key }) as const),
    ...paramKeys.map((key) => ({ kind: "param", key }) as const),
    ...metricKeys.map((key) => ({ kind: "metric", key }) as const),
  ];
  return fields.map((field) => {
    const values = runs.map((run) => valueIn(run, field));
    return { id: columnId(field), field, values, isDiffering: !isSame(values.map((value) => value ?? null)) };
  });
}

/** Returns the rows that are looked for: those whose name fits, and only those in which runs differ if that is wanted. */
export function foundRows(rows: readonly ValueRow[], search: string, isDiffering: boolean): ValueRow[] {
  const typed = search.trim();
  return rows.filter(
    (row) => (!isDiffering || row.isDiffering) && (typed === "" || matchScore(row.field.key, typed) !== null),
  );
}

/** Returns the groups of runs whose metrics are all the same; that all are NaN says nothing. */
export function identicalRuns(runs: readonly ComparedRun[]): IdenticalRuns[] {
  const told = runs.filter(({ metrics }) => [...metrics.values()].some(Number.isFinite));
  return identicalGroups(told.map(({ metrics }) => Object.fromEntries(metrics))).map((places) => {
    const group = places.flatMap((place) => told[place] ?? []);
    return { runs: group, count: group[0]?.metrics.size ?? 0 };
  });
}
