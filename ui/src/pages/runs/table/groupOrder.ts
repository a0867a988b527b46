import type { TableOrder } from "../../../components";
import type { Codec } from "../../../lib/codecs";
import { type ColumnName, comparison, fieldOf } from "../columns";
import type { GroupQuestion } from "./useRunGroups";

/** What is told of a metric in a group. */
export const STATISTICS = ["min", "mean", "max"] as const;

/** One of them. */
export type Statistic = (typeof STATISTICS)[number];

type Ordering = Pick<GroupQuestion, "order_by" | "order_metric" | "descending">;

const LONGEST_WHOLE = 500;

/** Order of groups where nobody asks for another: the largest first. */
export const USUAL_GROUP_ORDER: TableOrder = { column: "count", isDescending: true };

/** Returns the id of a column about a metric. */
export function statisticId(statistic: Statistic, metric: string): string {
  return `${statistic}.${metric}`;
}

/** How an order of groups is written in an address. */
export const groupOrderCodec: Codec<TableOrder> = {
  parse: (text) => {
    if (text === null || text === "") return USUAL_GROUP_ORDER;
    const isDescending = text.startsWith("-");
    return { column: isDescending ? text.slice(1) : text, isDescending };
  },
  format: ({ column, isDescending }) => {
    const isUsual = column === USUAL_GROUP_ORDER.column && isDescending === USUAL_GROUP_ORDER.isDescending;
    return isUsual ? null : `${isDescending ? "-" : ""}${column}`;
  },
};

/** Returns an order as the server takes it; its own where that is by a metric that is not shown. */
export function groupOrdering({ column, isDescending }: TableOrder, metrics: readonly string[]): Ordering {
  if (column === "value" || column === "count") return { order_by: column, descending: isDescending };
  for (const statistic of STATISTICS) {
    const metric = metrics.find((key) => statisticId(statistic, key) === column);
    if (metric !== undefined) {
      return { order_by: `metric_${statistic}`, order_metric: metric, descending: isDescending };
    }
  }
  return { order_by: "count", descending: true };
}

/** Returns the filter that finds the runs of a group; null where no filter can. */
export function groupFilter(column: ColumnName, value: string | null, filter: string): string | null {
  // Of a longer value only its beginning is known.
  if (value !== null && value.length >= LONGEST_WHOLE) return null;
  const field = fieldOf(column);
  if (field === null) return null;
  if (value === null && column.kind === "attribute") return null;
  const own = comparison(field, value);
  if (filter === "") return own;
  return /\bOR\b/i.test(filter) ? `(${filter}) AND ${own}` : `${filter} AND ${own}`;
}
