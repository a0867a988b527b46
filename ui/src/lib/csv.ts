/** What stands in a cell. */
export type Cell = string | number | boolean | null | undefined;

// Programs for tables take what begins so for a formula and would run it.
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
// Where semicolons or tabs part cells, as programs for tables have it in many countries, a cell begins behind each of
// them, and behind each line end: quotes in the middle of a cell keep nothing together there.
const INNER_FORMULA = /([;\t\r\n][\s"]*)(?=[=+\-@])(?!-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\s*;)/gi;

/** Returns a table as CSV (RFC 4180), with a mark in front by which programs for tables know UTF-8. */
export function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return `\uFEFF${[header, ...rows].map((row) => row.map(field).join(",")).join("\r\n")}\r\n`;
}

function field(cell: Cell, place: number): string {
  if (cell === null || cell === undefined) return "";
  const safe = typeof cell === "string" ? withoutFormulas(cell, place === 0) : String(cell);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function withoutFormulas(text: string, isFirst: boolean): string {
  // Where semicolons part cells, what follows the first cell of a line is part of it: a number may go on as a formula.
  const isNumber = NUMBER.test(text) && !(isFirst && text.startsWith("-"));
  const begun = FORMULA.test(text) && !isNumber ? `'${text}` : text;
  return begun.replace(INNER_FORMULA, "$1'");
}
