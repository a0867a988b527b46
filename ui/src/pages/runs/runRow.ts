import type { RequestOf, RunColumnsResponse } from "../../api";
import type { RunStatus } from "../../components";
import { type ColumnName, columnId, PARENT_TAG, SOURCE_TAG, type Summary, USER_TAG } from "./columns";

/** A run with the values of the columns that were asked for. */
export interface RunRow {
  readonly id: string;
  readonly name: string;
  readonly experimentId: string;
  readonly status: RunStatus;
  readonly user: string;
  readonly start: number | null;
  readonly end: number | null;
  /** When it went into the bin, if that was asked for and it lies there. */
  readonly deletedTime: number | null;
  /** Whether it lies in the bin. */
  readonly isDeleted: boolean;
  /** Whether it is not there any more, or may not be read. */
  readonly isGone: boolean;
  readonly childCount: number;
  readonly datasets: readonly string[];
  /** Values by name; a name that is absent was not asked for, null is what the run does not have. */
  readonly metrics: Readonly<Record<string, number | string | null>>;
  readonly params: Readonly<Record<string, string | null>>;
  readonly tags: Readonly<Record<string, string | null>>;
  /** The choice of columns that its values are of. */
  readonly choice: string;
}

type Attributes = NonNullable<RequestOf<"search_run_columns">["attributes"]>;

/** Which columns to fetch. */
export interface ColumnChoice {
  readonly attributes: Attributes;
  readonly metrics: readonly string[];
  readonly params: readonly string[];
  readonly tags: readonly string[];
  readonly metric_summary: Summary;
}

const MOST_COLUMNS = 300;
const ALWAYS: Attributes = [
  "run_id",
  "run_name",
  "experiment_id",
  "status",
  "user_id",
  "start_time",
  "end_time",
  "lifecycle_stage",
];
const USUAL_TAGS = [SOURCE_TAG, USER_TAG, PARENT_TAG];

/** Returns what to ask for so that these columns can be shown; beyond what the server takes, the last ones are left out. */
export function choiceOf(columns: readonly ColumnName[], summary: Summary, isTree: boolean): ColumnChoice {
  const hasDatasets = columns.some(({ kind, key }) => kind === "attribute" && key === "datasets");
  const attributes: Attributes = [
    ...ALWAYS,
    ...(hasDatasets ? (["datasets"] as const) : []),
    ...(isTree ? (["child_count"] as const) : []),
  ];
  const most = MOST_COLUMNS - attributes.length - USUAL_TAGS.length;
  const named = columns.filter(({ kind }) => kind !== "attribute").slice(0, most);
  const keysOf = (kind: string) => named.filter((column) => column.kind === kind).map(({ key }) => key);
  return {
    attributes,
    metrics: keysOf("metric"),
    params: keysOf("param"),
    tags: [...new Set([...keysOf("tag"), ...USUAL_TAGS])],
    metric_summary: summary,
  };
}

/** Returns what tells one choice of columns from another. */
export function choiceKey(choice: ColumnChoice): string {
  return JSON.stringify(choice);
}

/** Returns the rows of an answer; of runs that were known already, values of other columns stay until they are fetched. */
export function rowsOf(
  answer: RunColumnsResponse,
  choice: string,
  known: ReadonlyMap<string, RunRow> = new Map(),
): RunRow[] {
  const { attributes, metrics, params, tags } = answer;
  return Array.from({ length: answer.count }, (_, place) => {
    const id = String(attributes.run_id?.[place] ?? "");
    const before = known.get(id);
    const ownTags = { ...before?.tags, ...valuesAt(tags, place) };
    return {
      id,
      name: String(attributes.run_name?.[place] ?? ""),
      experimentId: String(attributes.experiment_id?.[place] ?? ""),
      status: (attributes.status?.[place] ?? "SCHEDULED") as RunStatus,
      user: ownTags[USER_TAG] || String(attributes.user_id?.[place] ?? ""),
      start: numberAt(attributes.start_time, place),
      end: numberAt(attributes.end_time, place),
      deletedTime: numberAt(attributes.deleted_time, place),
      isGone: false,
      isDeleted: attributes.lifecycle_stage?.[place] === "deleted",
      childCount: numberAt(attributes.child_count, place) ?? before?.childCount ?? 0,
      datasets: listAt(attributes.datasets, place) ?? before?.datasets ?? [],
      metrics: { ...before?.metrics, ...valuesAt(metrics, place) },
      params: { ...before?.params, ...valuesAt(params, place) },
      tags: ownTags,
      choice,
    };
  });
}

/** Returns the row of a run that is not there any more, with what was known of it. */
export function goneRow(id: string, choice: string, before: RunRow | undefined): RunRow {
  const [empty] = rowsOf({ count: 1, attributes: { run_id: [id] }, metrics: {}, params: {}, tags: {} }, choice);
  return { ...(empty as RunRow), ...before, choice, isGone: true };
}

/** Returns the value of a column as it was logged; undefined as long as it is not fetched. */
export function loggedValue(row: RunRow, column: ColumnName): string | number | null | undefined {
  switch (column.kind) {
    case "metric":
      return ownOf(row.metrics, column.key);
    case "param":
      return ownOf(row.params, column.key);
    case "tag":
      return ownOf(row.tags, column.key);
    default:
      return attributeOf(row, columnId(column));
  }
}

function attributeOf(row: RunRow, key: string): string | number | null {
  const values: Readonly<Record<string, string | number | null>> = {
    run_name: row.name,
    start_time: row.start,
    source: ownOf(row.tags, SOURCE_TAG) ?? null,
    duration: row.start === null || row.end === null ? null : row.end - row.start,
    status: row.status,
    user_id: row.user,
    end_time: row.end,
    run_id: row.id,
    experiment_id: row.experimentId,
    datasets: row.datasets.length === 0 ? null : row.datasets.join(", "),
  };
  return values[key] ?? null;
}

function ownOf<Value>(values: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

function valuesAt<Value>(
  columns: Readonly<Record<string, readonly Value[]>>,
  place: number,
): Record<string, Value | null> {
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[place] ?? null]));
}

type AttributeValues = RunColumnsResponse["attributes"][string] | undefined;

function numberAt(values: AttributeValues, place: number): number | null {
  const value = values?.[place];
  return typeof value === "number" ? value : null;
}

function listAt(values: AttributeValues, place: number): readonly string[] | null {
  const value = values?.[place];
  return Array.isArray(value) ? (value as readonly string[]) : null;
}
