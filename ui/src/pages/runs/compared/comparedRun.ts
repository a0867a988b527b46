import type { RunMessage } from "../../../api";
import type { RunStatus } from "../../../components";
import type { LoggedValue } from "../../../lib/chartColumn";
import { toNumber } from "../../../lib/numbers";
import { type ColumnName, USER_TAG } from "../columns";

/** A run with all that is compared of it. */
export interface ComparedRun {
  readonly id: string;
  /** Its name, or its id where it has none. */
  readonly name: string;
  readonly status: RunStatus;
  readonly user: string;
  readonly start: number | null;
  readonly end: number | null;
  readonly isDeleted: boolean;
  readonly params: ReadonlyMap<string, string>;
  /** The latest value of each. */
  readonly metrics: ReadonlyMap<string, number>;
  /** Metrics that were logged at a later step than 0. */
  readonly steppedKeys: ReadonlySet<string>;
}

/** Returns what is compared of a run. */
export function comparedRun({ info, data }: RunMessage): ComparedRun {
  const user = data.tags?.find(({ key }) => key === USER_TAG)?.value;
  return {
    id: info.run_id,
    name: info.run_name || info.run_id,
    status: info.status,
    user: user || info.user_id,
    start: info.start_time ?? null,
    end: info.end_time ?? null,
    isDeleted: info.lifecycle_stage === "deleted",
    params: new Map((data.params ?? []).map(({ key, value }) => [key, value ?? ""])),
    // The wire writes NaN and infinities as texts.
    metrics: new Map((data.metrics ?? []).map(({ key, value }) => [key, toNumber(value)])),
    steppedKeys: new Set((data.metrics ?? []).flatMap(({ key, step }) => (isLater(step) ? [key] : []))),
  };
}

function isLater(step: number | undefined): boolean {
  return step !== undefined && step > 0;
}

/** Returns a value of a run; null where it has none. */
export function valueIn(run: ComparedRun, { kind, key }: ColumnName): LoggedValue {
  if (kind === "param") return run.params.get(key) ?? null;
  if (kind === "metric") return run.metrics.get(key) ?? null;
  if (key === "start_time") return run.start;
  if (key === "duration") return run.start === null || run.end === null ? null : run.end - run.start;
  if (key === "status") return run.status;
  return key === "user_id" ? run.user : null;
}

/** Returns the params or the metrics that one of the runs has, by the alphabet. */
export function keysIn(runs: readonly ComparedRun[], kind: "params" | "metrics"): string[] {
  const keys = new Set<string>();
  for (const run of runs) for (const key of run[kind].keys()) keys.add(key);
  return [...keys].sort((one, other) => one.localeCompare(other, undefined, { numeric: true }));
}

/** Returns the metrics that one of the runs logged at a later step than 0: of these there are curves to see. */
export function steppedKeysIn(runs: readonly ComparedRun[]): Set<string> {
  return new Set(runs.flatMap(({ steppedKeys }) => [...steppedKeys]));
}

/** Returns runs as they are now, but each that has not changed as it was: what is drawn of it need not be drawn anew. */
export function withKnown(before: readonly ComparedRun[], now: readonly ComparedRun[]): readonly ComparedRun[] {
  const known = new Map(before.map((run) => [run.id, run]));
  const runs = now.map((run) => {
    const other = known.get(run.id);
    return other !== undefined && isSameRun(other, run) ? other : run;
  });
  return runs.length === before.length && runs.every((run, place) => run === before[place]) ? before : runs;
}

function isSameRun(one: ComparedRun, other: ComparedRun): boolean {
  const { params, metrics, steppedKeys, ...own } = one;
  const { params: otherParams, metrics: otherMetrics, steppedKeys: otherKeys, ...others } = other;
  return (
    JSON.stringify(own) === JSON.stringify(others) &&
    isSameMap(params, otherParams) &&
    isSameMap(metrics, otherMetrics) &&
    steppedKeys.size === otherKeys.size &&
    [...steppedKeys].every((key) => otherKeys.has(key))
  );
}

function isSameMap(one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): boolean {
  if (one.size !== other.size) return false;
  for (const [key, value] of one) if (!other.has(key) || !Object.is(other.get(key), value)) return false;
  return true;
}
