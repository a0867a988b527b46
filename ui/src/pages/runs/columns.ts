import type { TableOrder } from "../../components";
import type { Codec } from "../../lib/codecs";
import { quotedText } from "../../lib/filterText";

/** Where a value of a run comes from. */
export type ColumnKind = "attribute" | "metric" | "param" | "tag";

/** Which value of a metric stands in its column. */
export const SUMMARIES = ["last", "min", "max", "first"] as const;

/** One of them. */
export type Summary = (typeof SUMMARIES)[number];

/** What every run has, as columns. */
export const ATTRIBUTE_COLUMNS = [
  "run_name",
  "start_time",
  "source",
  "duration",
  "status",
  "user_id",
  "end_time",
  "run_id",
  "experiment_id",
  "datasets",
] as const;

/** One of them. */
export type AttributeColumn = (typeof ATTRIBUTE_COLUMNS)[number];

/** A column: what is shown, and under which name it was logged. */
export type ColumnName =
  | { readonly kind: "attribute"; readonly key: AttributeColumn }
  | { readonly kind: "metric" | "param" | "tag"; readonly key: string };

/** Tag that names the script or notebook of a run. */
export const SOURCE_TAG = "mlflow.source.name";
/** Tag that names who began a run. */
export const USER_TAG = "mlflow.user";
/** Tag that names the run of which another one is a part. */
export const PARENT_TAG = "mlflow.parentRunId";

const PREFIXES = { metric: "metrics.", param: "params.", tag: "tags." } as const;
// By these the server can order; the others are worked out when they are shown.
const ORDERABLE: ReadonlySet<string> = new Set(["run_name", "start_time", "end_time", "status", "user_id", "run_id"]);
const PLAIN_KEY = /^[\p{L}\p{N}_]+(?:\.[\p{L}\p{N}_]+)*$/u;

/** Returns the name of a column in addresses and in what the browser keeps. */
export function columnId({ kind, key }: ColumnName): string {
  return kind === "attribute" ? key : PREFIXES[kind] + key;
}

/** Returns the column of a name; null if there is none. */
export function parseColumn(id: string): ColumnName | null {
  for (const kind of ["metric", "param", "tag"] as const) {
    const prefix = PREFIXES[kind];
    if (id.startsWith(prefix) && id.length > prefix.length) return { kind, key: id.slice(prefix.length) };
  }
  const attribute = ATTRIBUTE_COLUMNS.find((key) => key === id);
  return attribute === undefined ? null : { kind: "attribute", key: attribute };
}

/** Returns a key as filters write it: in quotes where it is more than letters, digits and dots. */
export function quotedKey(key: string): string {
  if (PLAIN_KEY.test(key)) return key;
  return key.includes("`") ? `"${key}"` : `\`${key}\``;
}

/** Returns a column as filters and orders name it; null for one that they do not know. */
export function fieldOf(column: ColumnName): string | null {
  if (column.kind !== "attribute") return PREFIXES[column.kind] + quotedKey(column.key);
  if (column.key === "source") return PREFIXES.tag + quotedKey(SOURCE_TAG);
  return ORDERABLE.has(column.key) ? column.key : null;
}

/** Returns the comparison that holds for runs that have this value, or none at all where it is null. */
export function comparison(field: string, value: string | null): string {
  if (value === null) return `${field} IS NULL`;
  const quoted = quotedText(value);
  // No way to write such a text exactly: one character stands for any.
  return quoted === null ? `${field} LIKE '${value.replaceAll("'", "_")}'` : `${field} = ${quoted}`;
}

/** Tells whether runs can be ordered by a column. */
export function isOrderable(column: ColumnName): boolean {
  return fieldOf(column) !== null;
}

/** Returns an order as the server takes it; nothing where the server's own is meant. */
export function orderBy(order: TableOrder | null, summary: Summary): string[] {
  const column = order === null ? null : parseColumn(order.column);
  const field = column === null ? null : fieldOf(column);
  if (order === null || column === null || field === null) return [];
  // Behind a quoted key nothing may follow: such metrics are ordered by their latest value.
  const hasSummary = column.kind === "metric" && summary !== "last" && PLAIN_KEY.test(column.key);
  return [`${field}${hasSummary ? `.${summary}` : ""} ${order.isDescending ? "DESC" : "ASC"}`];
}

/** How an order is written in an address: a minus in front means from the greatest down. */
export const orderCodec: Codec<TableOrder | null> = {
  parse: (text) => {
    if (text === null || text === "") return null;
    const isDescending = text.startsWith("-");
    const column = isDescending ? text.slice(1) : text;
    return parseColumn(column) === null ? null : { column, isDescending };
  },
  format: (order) => (order === null ? null : `${order.isDescending ? "-" : ""}${order.column}`),
};
