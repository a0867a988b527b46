/** What is left when a piece of a table was read. */
export interface CsvReader {
  /** Reads on and returns the rows that are whole now. */
  readonly push: (text: string) => string[][];
  /** Returns the last row, which had no line end; nothing if there is none. */
  readonly end: () => string[][];
}

const QUOTE = '"';
const DELIMITERS = [",", ";", "\t", "|"] as const;

/** Makes what reads a table of separated values piece by piece, as RFC 4180 writes them and programs bend it. */
export function createCsvReader(delimiter: string): CsvReader {
  let row: string[] = [];
  let field = "";
  let isQuoted = false;
  // Inside quotes a quote may be the end or the first half of a doubled one: the next sign tells.
  let isQuoteOpen = false;
  let isAfterReturn = false;

  function endRow(rows: string[][]): void {
    row.push(field);
    // An empty line is no row.
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
    field = "";
  }

  function push(text: string): string[][] {
    const rows: string[][] = [];
    for (const sign of text) {
      if (isQuoteOpen) {
        isQuoteOpen = false;
        if (sign === QUOTE) {
          field += QUOTE;
          continue;
        }
        isQuoted = false;
      }
      if (isQuoted) {
        if (sign === QUOTE) isQuoteOpen = true;
        else field += sign;
      } else if (sign === QUOTE && field === "") {
        isQuoted = true;
      } else if (sign === delimiter) {
        row.push(field);
        field = "";
      } else if (sign === "\n" && isAfterReturn) {
        isAfterReturn = false;
        continue;
      } else if (sign === "\n" || sign === "\r") {
        endRow(rows);
      } else {
        field += sign;
      }
      isAfterReturn = sign === "\r";
    }
    return rows;
  }

  function end(): string[][] {
    const rows: string[][] = [];
    isQuoted = false;
    isQuoteOpen = false;
    if (field !== "" || row.length > 0) endRow(rows);
    return rows;
  }

  return { push, end };
}

/** Returns by what the values of a table are separated: what stands most often in its first line. */
export function delimiterOf(beginning: string, ending: string): string {
  if (ending === "tsv") return "\t";
  const line = (beginning.split(/\r?\n/, 1)[0] ?? "").replaceAll(/"[^"]*"/g, "");
  let best: string = ",";
  let most = 0;
  for (const delimiter of DELIMITERS) {
    const count = line.split(delimiter).length - 1;
    if (count > most) {
      best = delimiter;
      most = count;
    }
  }
  return best;
}
