import type { Translate } from "../../../i18n";
import type { LoggedValue } from "../../../lib/chartColumn";
import { toIso } from "../../../lib/times";
import type { FigureData } from "../../figures";
import { type ColumnName, columnId } from "../columns";
import { type ComparedRun, valueIn } from "../compared/comparedRun";
import { fieldTitle } from "./fields";

/** Returns the table behind a figure: the runs that it shows with what they were drawn by. */
export function figureRows(
  runs: readonly ComparedRun[],
  places: readonly number[],
  fields: readonly ColumnName[],
  t: Translate,
): FigureData {
  const distinct = fields.filter(
    (field, place) => fields.findIndex((other) => columnId(other) === columnId(field)) === place,
  );
  return {
    columns: [
      { name: "run", title: t("figures.run") },
      { name: "run_id", title: t("runs.column.run_id") },
      ...distinct.map((field) => ({ name: columnId(field), title: fieldTitle(field, t) })),
    ],
    rows: places.flatMap((place) => {
      const run = runs[place];
      return run === undefined
        ? []
        : [{ id: run.id, runId: run.id, cells: [run.name, run.id, ...distinct.map((field) => cellOf(run, field))] }];
    }),
  };
}

function cellOf(run: ComparedRun, field: ColumnName): LoggedValue {
  const value = valueIn(run, field);
  return field.kind === "attribute" && field.key === "start_time" && typeof value === "number" ? toIso(value) : value;
}
