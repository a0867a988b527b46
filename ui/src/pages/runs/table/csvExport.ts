import { call, type RequestOf } from "../../../api";
import { type Cell, toCsv } from "../../../lib/csv";
import { toIso } from "../../../lib/times";
import { type ColumnName, columnId } from "../columns";
import { type ColumnChoice, choiceOf, loggedValue, type RunRow, rowsOf } from "../runRow";
import type { RunQuestion } from "../useRunIndex";

const MOST_VALUES = 500_000;
const MOST_AT_ONCE = 5_000;
const MOST_NAMED = 1_000;
const TIMES: ReadonlySet<string> = new Set(["start_time", "end_time"]);

/** What is written into a file. */
export interface CsvQuestion {
  readonly columns: readonly ColumnName[];
  readonly summary: ColumnChoice["metric_summary"];
  /** The runs that are picked; all that match where none is. */
  readonly picked: readonly string[];
  readonly question: RunQuestion;
}

/** Returns runs with all digits of their values as CSV, fetched page by page. */
export async function fetchCsv(
  { columns, summary, picked, question }: CsvQuestion,
  signal: AbortSignal,
  onProgress: (rows: number) => void,
): Promise<string> {
  const choice = choiceOf(columns, summary, false);
  const lines: Cell[][] = [];
  for await (const rows of pagesOf(choice, picked, question, signal)) {
    for (const row of rows) lines.push(lineOf(row, columns));
    onProgress(lines.length);
  }
  return toCsv(headerOf(columns), lines);
}

/** Returns the first line: names that programs know columns by. */
export function headerOf(columns: readonly ColumnName[]): string[] {
  return ["run_id", ...columns.filter((column) => !isRunId(column)).map(columnId)];
}

/** Returns the line of a run: times as ISO 8601, durations in milliseconds. */
export function lineOf(row: RunRow, columns: readonly ColumnName[]): Cell[] {
  const cells = columns.filter((column) => !isRunId(column)).map((column) => cellOf(row, column));
  return [row.id, ...cells];
}

function cellOf(row: RunRow, column: ColumnName): Cell {
  const value = loggedValue(row, column);
  const isTime = column.kind === "attribute" && TIMES.has(column.key);
  return isTime && typeof value === "number" ? toIso(value) : value;
}

function isRunId(column: ColumnName): boolean {
  return column.kind === "attribute" && column.key === "run_id";
}

async function* pagesOf(
  choice: ColumnChoice,
  picked: readonly string[],
  question: RunQuestion,
  signal: AbortSignal,
): AsyncGenerator<readonly RunRow[]> {
  const width = choice.attributes.length + choice.metrics.length + choice.params.length + choice.tags.length;
  const atOnce = Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(MOST_VALUES / width)));
  if (picked.length > 0) {
    const some = Math.min(atOnce, MOST_NAMED);
    for (let place = 0; place < picked.length; place += some) {
      const run_ids = picked.slice(place, place + some);
      yield rowsOf(await call("search_run_columns", { run_ids, ...choice }, { signal }), "");
    }
    return;
  }
  const { filter, ...others } = question;
  const request = { ...others, ...(filter === "" ? {} : { filter }), ...choice, max_results: atOnce };
  let token: string | null = null;
  do {
    const page: RequestOf<"search_run_columns"> = token === null ? request : { ...request, page_token: token };
    const answer = await call("search_run_columns", page, { signal });
    yield rowsOf(answer, "");
    token = answer.next_page_token ?? null;
  } while (token !== null);
}
