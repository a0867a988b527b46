import type { ModelVersionRowMessage } from "../../api";
import type { TableOrder } from "../../components";
import type { Codec } from "../../lib/codecs";
import { toNumber } from "../../lib/numbers";

/** What the columns of metrics are called before the name of the metric. */
export const METRIC = "metric.";

const DESCENDING = "-";

/** The order of versions in an address: the column, behind a minus if the greatest come first. */
export const orderCodec: Codec<TableOrder | null> = {
  parse: (text) => {
    if (text === null || text === "" || text === DESCENDING) return null;
    const isDescending = text.startsWith(DESCENDING);
    return { column: isDescending ? text.slice(1) : text, isDescending };
  },
  format: (order) => (order === null ? null : `${order.isDescending ? DESCENDING : ""}${order.column}`),
};

/** Returns versions in an order; those that have no value come last, whichever way it goes. */
export function orderedVersions(
  rows: readonly ModelVersionRowMessage[],
  order: TableOrder | null,
): readonly ModelVersionRowMessage[] {
  if (order === null) return rows;
  const sign = order.isDescending ? -1 : 1;
  const keyed = rows.map((row) => ({ row, key: keyOf(row, order.column) }));
  return keyed
    .toSorted((one, other) => {
      if (one.key === null || other.key === null) return Number(one.key === null) - Number(other.key === null);
      return one.key < other.key ? -sign : one.key > other.key ? sign : 0;
    })
    .map(({ row }) => row);
}

function keyOf({ summary, metrics, size_bytes }: ModelVersionRowMessage, column: string): string | number | null {
  if (column.startsWith(METRIC)) {
    const value = metrics[column.slice(METRIC.length)];
    const number = value === undefined ? Number.NaN : toNumber(value);
    return Number.isNaN(number) ? null : number;
  }
  if (column === "stage") return summary.stage;
  if (column === "run") return summary.run_name;
  if (column === "registered") return summary.creation_timestamp;
  if (column === "size") return size_bytes;
  return summary.version;
}
