import { useMemo } from "react";
import { type ChartCurve, type CurveAxis, type CurveRow, curveRows, positionText } from "../../charts";
import { type DataColumn, DataTable, Dialog, MetricValue } from "../../components";
import { useTranslation } from "../../i18n";

/** What the table behind a chart needs. */
export interface CurveTableProps {
  readonly title: string;
  readonly curves: readonly ChartCurve[];
  readonly axis: CurveAxis;
  readonly onClose: () => void;
}

/** The points of a chart as a table, for whoever reads numbers rather than lines. */
export function CurveTable({ title, curves, axis, onClose }: CurveTableProps) {
  const { t, locale } = useTranslation();
  const rows = useMemo(() => curveRows(curves, axis).map((row, index) => ({ ...row, index })), [curves, axis]);
  const columns = useMemo<DataColumn<CurveRow & { readonly index: number }>[]>(
    () => [
      {
        id: "x",
        title: t(`curves.axis.${axis}`),
        cell: ({ x }) => positionText(x, axis, locale),
        width: axis === "time" ? 200 : 120,
        align: "end",
        isPinned: true,
        isRowHeader: true,
      },
      ...curves.map((curve, place) => ({
        id: curve.id,
        title: curve.name,
        cell: ({ values }: CurveRow) => <MetricValue value={values[place]} digits={8} />,
        align: "end" as const,
        width: 150,
      })),
    ],
    [curves, axis, t, locale],
  );
  return (
    <Dialog title={t("curves.table.title", { title })} onClose={onClose} size="wide">
      <DataTable
        label={t("curves.table.title", { title })}
        columns={columns}
        count={rows.length}
        rowAt={(index) => rows[index]}
        keyOf={({ index }) => String(index)}
        mostRows={14}
      />
    </Dialog>
  );
}
