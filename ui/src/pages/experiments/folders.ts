import type { ExperimentOverviewMessage } from "../../api";
import type { TableOrder } from "../../components";
import { baseName } from "../../lib/paths";

/** How many runs have a status. */
export interface StatusCount {
  readonly count: number;
  /** False if there may be more. */
  readonly isExact: boolean;
}

/** A line of the list: a folder with what is in it, or an experiment. */
export interface Entry {
  /** Tells lines apart. */
  readonly key: string;
  /** Name within its folder. */
  readonly name: string;
  /** The experiment; null for a folder. */
  readonly experiment: ExperimentOverviewMessage | null;
  /** Path of the folder; null for an experiment. */
  readonly folder: string | null;
  /** All experiments that it stands for. */
  readonly experiments: readonly ExperimentOverviewMessage[];
  readonly runs: number;
  readonly areRunsExact: boolean;
  readonly running: StatusCount;
  readonly failed: StatusCount;
  readonly lastActivity: number | null;
  readonly created: number | null;
}

/**
 * Returns what lies in a folder: its folders, and its experiments.
 *
 * @param experiments All experiments.
 * @param folder Path of the folder; empty for the root.
 */
export function entriesIn(experiments: readonly ExperimentOverviewMessage[], folder: string): Entry[] {
  const prefix = folder === "" ? "" : `${folder}/`;
  const folders = new Map<string, ExperimentOverviewMessage[]>();
  const own: Entry[] = [];
  for (const experiment of experiments) {
    if (!experiment.name.startsWith(prefix)) continue;
    const rest = experiment.name.slice(prefix.length);
    const slash = rest.indexOf("/");
    // A slash at either end makes no folder: its name would be empty.
    if (slash <= 0 || slash === rest.length - 1) own.push(entryOf(experiment, rest));
    else {
      const path = prefix + rest.slice(0, slash);
      folders.set(path, [...(folders.get(path) ?? []), experiment]);
    }
  }
  return [...[...folders].map(([path, inside]) => folderEntry(path, inside)), ...own];
}

/** Returns experiments as lines, each under its whole name. */
export function flatEntries(experiments: readonly ExperimentOverviewMessage[]): Entry[] {
  return experiments.map((experiment) => entryOf(experiment, experiment.name));
}

/** Returns lines in order, folders first. */
export function sortedEntries(entries: readonly Entry[], order: TableOrder, locale: string): Entry[] {
  const collator = new Intl.Collator(locale, { numeric: true });
  const sign = order.isDescending ? -1 : 1;
  return [...entries].sort((one, other) => {
    const kind = Number(one.folder === null) - Number(other.folder === null);
    return kind || sign * compared(one, other, order.column, collator) || collator.compare(one.name, other.name);
  });
}

function compared(one: Entry, other: Entry, column: string, collator: Intl.Collator): number {
  if (column === "runs") return one.runs - other.runs;
  if (column === "created") return (one.created ?? 0) - (other.created ?? 0);
  if (column === "activity") return (one.lastActivity ?? 0) - (other.lastActivity ?? 0);
  return collator.compare(one.name, other.name);
}

function entryOf(experiment: ExperimentOverviewMessage, name: string): Entry {
  return {
    key: experiment.experiment_id,
    name: name === "" ? experiment.name : name,
    experiment,
    folder: null,
    experiments: [experiment],
    runs: experiment.run_count,
    areRunsExact: experiment.counts_are_exact,
    running: statusCount(experiment, "RUNNING"),
    failed: statusCount(experiment, "FAILED"),
    lastActivity: experiment.last_run_time ?? experiment.last_update_time,
    created: experiment.creation_time,
  };
}

/** Where counting ended, it ended at the same number for each status: the greatest that is there. */
function statusCount(experiment: ExperimentOverviewMessage, status: "RUNNING" | "FAILED"): StatusCount {
  const { runs_by_status, deleted_run_count, counts_are_exact } = experiment;
  const count = runs_by_status[status] ?? 0;
  const greatest = Math.max(deleted_run_count, ...Object.values(runs_by_status));
  return { count, isExact: counts_are_exact || count < greatest };
}

function sumOf(counts: readonly StatusCount[]): StatusCount {
  return {
    count: counts.reduce((total, { count }) => total + count, 0),
    isExact: counts.every(({ isExact }) => isExact),
  };
}

function folderEntry(path: string, experiments: readonly ExperimentOverviewMessage[]): Entry {
  const lines = experiments.map((experiment) => entryOf(experiment, experiment.name));
  const sum = (of: (entry: Entry) => number) => lines.reduce((total, entry) => total + of(entry), 0);
  return {
    key: `${path}/`,
    name: baseName(path),
    experiment: null,
    folder: path,
    experiments,
    runs: sum((entry) => entry.runs),
    areRunsExact: lines.every((entry) => entry.areRunsExact),
    running: sumOf(lines.map((entry) => entry.running)),
    failed: sumOf(lines.map((entry) => entry.failed)),
    lastActivity: Math.max(...lines.map((entry) => entry.lastActivity ?? 0)),
    created: null,
  };
}
