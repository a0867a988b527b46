/** What belongs at a place in a filter. */
export type Expected =
  | { readonly what: "field"; readonly typed: string }
  | { readonly what: "operator"; readonly typed: string; readonly field: FilterField }
  | { readonly what: "value"; readonly typed: string; readonly field: FilterField }
  | { readonly what: "joiner"; readonly typed: string };

/** A field as a filter names it. */
export interface FilterField {
  /** Null for an attribute, or for a name that stands alone. */
  readonly kind: "metric" | "param" | "tag" | null;
  readonly key: string;
}

/** What belongs where the cursor is, and which stretch of the filter a choice takes the place of. */
export interface FilterPlace {
  readonly expected: Expected;
  readonly from: number;
  readonly to: number;
}

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const KINDS: Readonly<Record<string, FilterField["kind"]>> = {
  metric: "metric",
  metrics: "metric",
  param: "param",
  params: "param",
  parameter: "param",
  parameters: "param",
  tag: "tag",
  tags: "tag",
};
// Names with their quotes, texts, symbols, brackets; what is in quotes may be left open at the end.
const TOKEN = /(?:[\p{L}\p{N}_.$#/+-]|`[^`]*`?|(?<=\.)"[^"]*"?)+|'(?:\\'|[^'])*'?|"[^"]*"?|[<>=!~]+|[(),]/gu;
const JOINERS: ReadonlySet<string> = new Set(["AND", "OR"]);
const WORD_OPERATORS = /^(?:LIKE|ILIKE|RLIKE|IN|BETWEEN|IS|NOT|NULL)$/i;
const SYMBOL = /^[<>=!~]+$/;

/** Returns what belongs where the cursor is in a filter. */
export function placeInFilter(filter: string, cursor: number): FilterPlace {
  const tokens = [...filter.matchAll(TOKEN)].map(
    (match): Token => ({ text: match[0], start: match.index, end: match.index + match[0].length }),
  );
  const current = tokens.find(({ start, end, text }) => start < cursor && cursor <= end && !/^[(),]$/.test(text));
  const before = tokens.filter(({ end }) => end <= (current?.start ?? cursor));
  const from = current?.start ?? cursor;
  const to = current?.end ?? cursor;
  const typed = filter.slice(from, cursor);
  return { expected: expectedBehind(before, typed), from, to };
}

/** Returns a field from how it is written. */
export function fieldFrom(written: string): FilterField {
  const dot = written.indexOf(".");
  const kind = dot < 0 ? undefined : KINDS[written.slice(0, dot)];
  if (kind === undefined || kind === null) return { kind: null, key: unquoted(written) };
  return { kind, key: unquoted(written.slice(dot + 1)) };
}

/** Returns what stands in quotation marks, whether or not they are closed. */
export function unquoted(text: string): string {
  const quote = text[0];
  if (quote !== "`" && quote !== '"' && quote !== "'") return text;
  const isClosed = text.length > 1 && text.endsWith(quote);
  return text.slice(1, isClosed ? -1 : undefined);
}

/** Walks what stands before: a field, how it is compared, with what, and what joins it to the next. */
function expectedBehind(tokens: readonly Token[], typed: string): Expected {
  let state: "field" | "operator" | "value" | "list" | "joiner" = "field";
  let field: FilterField = { kind: null, key: "" };
  let isRange = false;
  for (const { text } of tokens) {
    const word = text.toUpperCase();
    if (state === "field") {
      if (text === "(" || word === "NOT" || JOINERS.has(word)) continue;
      field = fieldFrom(text);
      state = "operator";
    } else if (state === "operator") {
      if (word === "IS" || word === "NOT") continue;
      if (word === "NULL") state = "joiner";
      else if (SYMBOL.test(text) || WORD_OPERATORS.test(text)) {
        isRange = word === "BETWEEN";
        state = "value";
      } else state = "joiner";
    } else if (state === "value") {
      if (text === "(") state = "list";
      else state = "joiner";
    } else if (state === "list") {
      if (text === ")") state = "joiner";
    } else if (JOINERS.has(word)) {
      // The AND of a range stands between its ends.
      state = isRange && word === "AND" ? "value" : "field";
      isRange = false;
    }
  }
  if (state === "field") return { what: "field", typed };
  if (state === "operator") return { what: "operator", typed, field };
  if (state === "value" || state === "list") return { what: "value", typed, field };
  return { what: "joiner", typed };
}
