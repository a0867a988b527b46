import { useMemo } from "react";
import { quotedText } from "../../../lib/filterText";
import { useAnswer } from "../../../state";
import { quotedKey } from "../columns";
import { useDelayed } from "../useDelayed";
import { type Expected, type FilterField, type FilterPlace, fieldFrom, placeInFilter, unquoted } from "./filterText";

/** Something that fits where the cursor is. */
export interface Completion {
  /** What is put into the filter. */
  readonly text: string;
  /** Which of it is a metric, a param, a tag; null for what every run has and for the rest. */
  readonly kind: "metric" | "param" | "tag" | null;
  /** How many runs have this value. */
  readonly runs: number | null;
}

/** What fits, and where it goes. */
export interface Completions {
  readonly options: readonly Completion[];
  readonly place: FilterPlace;
}

const MOST = 20;
const TEXT_FIELDS = [
  "run_name",
  "status",
  "user_id",
  "run_id",
  "artifact_uri",
  "dataset.name",
  "dataset.digest",
  "dataset.context",
];
const TIME_FIELDS = ["start_time", "end_time"];
const ENTITIES = ["metrics.", "params.", "tags."];
const STATUSES = ["'RUNNING'", "'SCHEDULED'", "'FINISHED'", "'FAILED'", "'KILLED'"];
const TIMES = ["now() - 1h", "now() - 1d", "now() - 7d", "now() - 30d"];
const NUMBER_OPERATORS = ["<", "<=", ">", ">=", "=", "!=", "BETWEEN", "IN ("];
const TEXT_OPERATORS = ["=", "!=", "LIKE", "ILIKE", "RLIKE", "IN (", "NOT IN ("];
const OPTIONAL_OPERATORS = [...TEXT_OPERATORS, "IS NULL", "IS NOT NULL"];
const JOINERS = ["AND", "OR"];

/** Returns what fits where the cursor is in a filter: names and values that the runs have, and words of the language. */
export function useCompletions(
  filter: string,
  cursor: number,
  experimentIds: readonly string[],
  isAsked: boolean,
): Completions {
  const place = useMemo(() => placeInFilter(filter, cursor), [filter, cursor]);
  const { expected } = place;
  const names = useNames(expected, experimentIds, isAsked);
  const values = useValues(expected, experimentIds, isAsked);
  return useMemo(
    () => ({ options: isAsked ? [...fixedOptions(expected), ...names, ...values] : [], place }),
    [isAsked, expected, names, values, place],
  );
}

function fixedOptions(expected: Expected): Completion[] {
  const typed = unquoted(expected.typed).toUpperCase();
  return fixedTexts(expected)
    .filter((text) => unquoted(text).toUpperCase().startsWith(typed) && text !== expected.typed)
    .map((text) => ({ text, kind: null, runs: null }));
}

function fixedTexts(expected: Expected): readonly string[] {
  if (expected.what === "field") return [...ENTITIES, ...TEXT_FIELDS, ...TIME_FIELDS];
  if (expected.what === "joiner") return JOINERS;
  if (expected.what === "operator") return operatorsOf(expected.field);
  if (expected.field.kind !== null) return [];
  if (expected.field.key === "status") return STATUSES;
  return TIME_FIELDS.includes(expected.field.key) ? TIMES : [];
}

function operatorsOf({ kind, key }: FilterField): readonly string[] {
  if (kind === "metric" || TIME_FIELDS.includes(key)) return NUMBER_OPERATORS;
  return kind === null && TEXT_FIELDS.includes(key) ? TEXT_OPERATORS : OPTIONAL_OPERATORS;
}

function useNames(expected: Expected, experimentIds: readonly string[], isAsked: boolean): readonly Completion[] {
  const written = expected.what === "field" ? fieldFrom(expected.typed) : null;
  const typed = written?.key ?? "";
  const search = useDelayed(typed);
  const isNamed = isAsked && written !== null;
  const metrics = useKeys("metric", search, experimentIds, isNamed && isOf(written, "metric"));
  const params = useKeys("param", search, experimentIds, isNamed && isOf(written, "param"));
  const tags = useKeys("tag", search, experimentIds, isNamed && isOf(written, "tag"));
  return useMemo(
    () => [...metrics, ...params, ...tags].filter(({ text }) => holds(text, typed)),
    [metrics, params, tags, typed],
  );
}

function isOf(written: FilterField | null, kind: string): boolean {
  return written !== null && (written.kind === null || written.kind === kind);
}

/** What was answered for fewer letters may not fit any more: who types quickly takes none of it by mistake. */
function holds(text: string, typed: string): boolean {
  return text.toLowerCase().includes(typed.toLowerCase());
}

const NOTHING: readonly Completion[] = [];

function useKeys(
  kind: "metric" | "param" | "tag",
  search: string,
  experimentIds: readonly string[],
  enabled: boolean,
): readonly Completion[] {
  const { data } = useAnswer(
    "find_run_keys",
    { experiment_ids: experimentIds, kind, search, max_results: MOST },
    { enabled },
  );
  return useMemo(() => {
    if (!enabled || data === undefined) return NOTHING;
    return data.keys.map((key) => ({ text: `${kind}s.${quotedKey(key)}`, kind, runs: null }));
  }, [enabled, data, kind]);
}

function useValues(expected: Expected, experimentIds: readonly string[], isAsked: boolean): readonly Completion[] {
  const field = expected.what === "value" ? expected.field : null;
  const kind = field?.kind === "param" || field?.kind === "tag" ? field.kind : null;
  const typed = expected.what === "value" ? unquoted(expected.typed) : "";
  const search = useDelayed(typed);
  const enabled = isAsked && field !== null && kind !== null && field.key !== "";
  const { data } = useAnswer(
    "find_run_keys",
    { experiment_ids: experimentIds, kind: kind ?? "param", key: field?.key ?? "", search, max_results: MOST },
    // Values of this field stay while fewer of them are looked up: a list that closed for a moment would lose the key
    // that takes one of them.
    { enabled, keepsPrevious: (before) => before.kind === kind && before.key === field?.key },
  );
  return useMemo(() => {
    if (!enabled || data === undefined) return NOTHING;
    return data.values.flatMap(({ value, runs }) => {
      const text = quotedText(value);
      return text === null || !holds(value, typed) ? [] : [{ text, kind: null, runs }];
    });
  }, [enabled, data, typed]);
}
