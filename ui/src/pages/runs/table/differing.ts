import { isSame } from "../../../lib/differences";
import type { ColumnName } from "../columns";
import { loggedValue, type RunRow } from "../runRow";

/** Of so many runs at the top differences are looked for, as long as no two are picked. */
export const COMPARED = 200;

/**
 * Returns the columns in which runs differ; those of what every run has stay.
 *
 * @param columns The columns.
 * @param rows What is fetched.
 * @param ids All runs in order.
 * @param picked The runs that are picked: with two and more these are compared.
 */
export function differingColumns(
  columns: readonly ColumnName[],
  rows: ReadonlyMap<string, RunRow>,
  ids: readonly string[],
  picked: readonly string[],
): readonly ColumnName[] {
  const compared = (picked.length > 1 ? picked : ids.slice(0, COMPARED)).flatMap((id) => rows.get(id) ?? []);
  if (compared.length < 2) return columns;
  return columns.filter((column) => {
    if (column.kind === "attribute") return true;
    const values = compared.map((row) => loggedValue(row, column));
    // As long as a column is on its way nobody knows; it stays.
    return values.some((value) => value === undefined) || !isSame(values.map(shown));
  });
}

function shown(value: string | number | null | undefined): string | number | null {
  return value ?? null;
}
