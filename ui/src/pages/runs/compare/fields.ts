import type { AxisUnit, FigureAxis, FigureColouring } from "../../../charts";
import type { Translate } from "../../../i18n";
import { chartColumn, isTelling, type LackCount, type LoggedValue, numberIn } from "../../../lib/chartColumn";
import { formatCount } from "../../../lib/numbers";
import { type ColumnName, columnId } from "../columns";
import { type ComparedRun, valueIn } from "../compared/comparedRun";
import type { ComparedRuns } from "../compared/useComparedRuns";

/** What of every run can be put on an axis. */
export const FIELD_ATTRIBUTES = ["start_time", "duration"] as const;

const UNITS: Readonly<Record<string, AxisUnit>> = { start_time: "moment", duration: "duration" };
const USUAL_AXES = 6;
const LONGEST_NAME = 40;

/** Returns what a field is called: params and metrics by their names. */
export function fieldTitle(field: ColumnName, t: Translate): string {
  return field.kind === "attribute" ? t(`runs.column.${field.key}`) : field.key;
}

/** Returns an axis with a field of runs. */
export function fieldAxis(field: ColumnName, runs: readonly ComparedRun[], isLog: boolean, t: Translate): FigureAxis {
  return {
    id: columnId(field),
    title: fieldTitle(field, t),
    column: chartColumn(fieldValues(field, runs), isLog),
    unit: field.kind === "attribute" ? (UNITS[field.key] ?? "number") : "number",
  };
}

/** Returns what runs are coloured by. */
export function fieldColouring(field: ColumnName, runs: readonly ComparedRun[], t: Translate): FigureColouring {
  const { title, unit } = fieldAxis(field, runs, false, t);
  return { title, unit, values: fieldValues(field, runs) };
}

/** Returns the value of a field for each run. */
export function fieldValues(field: ColumnName, runs: readonly ComparedRun[]): LoggedValue[] {
  return runs.map((run) => valueIn(run, field));
}

/**
 * Returns params and metrics of runs, the most telling first: those that all runs have and in which they differ.
 *
 * @param compared The runs.
 * @param kind Which of both.
 */
export function tellingFields({ runs, paramKeys, metricKeys }: ComparedRuns, kind: "param" | "metric"): ColumnName[] {
  const scored = (kind === "param" ? paramKeys : metricKeys).map((key) => {
    const field = { kind, key } as const;
    const values = fieldValues(field, runs);
    // What is NaN or infinite has no place either.
    const placed = values.filter(
      (value) => value != null && (kind === "param" || Number.isFinite(numberIn(value))),
    ).length;
    return { field, score: (isTelling(values) ? 2 : 0) + placed / Math.max(runs.length, 1) };
  });
  return scored.sort((one, other) => other.score - one.score).map(({ field }) => field);
}

/** Returns the axes that parallel coordinates have as long as nobody chose others: params, and a metric at the end. */
export function usualAxes(compared: ComparedRuns): ColumnName[] {
  const isDiffering = (field: ColumnName) => isTelling(fieldValues(field, compared.runs));
  const params = tellingFields(compared, "param").filter(isDiffering);
  const metrics = tellingFields(compared, "metric");
  const [best] = metrics;
  const others = params.length === 0 ? metrics.slice(1) : params;
  const axes = best === undefined ? others : [best, ...others];
  const chosen = keepingRuns(axes, compared.runs).slice(0, USUAL_AXES);
  // The metric stands at the end, where lines lead to.
  return best === undefined ? chosen : [...chosen.slice(1), best];
}

/** Returns the first of some fields, and of the others those with which at least half of the runs stay. */
function keepingRuns(fields: readonly ColumnName[], runs: readonly ComparedRun[]): ColumnName[] {
  let complete = runs;
  return fields.filter((field, place) => {
    const column = chartColumn(fieldValues(field, complete));
    const left = complete.filter((_, run) => column.positions[run] != null);
    if (place > 0 && left.length < runs.length / 2) return false;
    complete = left;
    return true;
  });
}

/** Returns a name that fits into a sentence. */
function shortName(name: string): string {
  const characters = [...name];
  return characters.length <= LONGEST_NAME ? name : `${characters.slice(0, LONGEST_NAME - 1).join("")}…`;
}

/** Says why runs are missing: those without a place on an axis, those that are gone, and those that are too many. */
export function missingNotes(
  lacks: readonly LackCount[],
  titles: readonly string[],
  { gone, left }: Pick<ComparedRuns, "gone" | "left">,
  t: Translate,
  locale: string,
): string[] {
  return [
    ...lacks.map(({ place, lack, count }) =>
      t(`figures.lack.${lack}`, { count, name: shortName(titles[place] ?? "") }),
    ),
    ...(gone > 0 ? [t("figures.gone", { count: gone })] : []),
    ...(left > 0 ? [t("figures.left", { count: formatCount(left, locale) })] : []),
  ];
}
