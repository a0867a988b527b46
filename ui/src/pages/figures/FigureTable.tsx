import { useMemo } from "react";
import { type DataColumn, DataTable, Dialog, MetricValue, Name, Nothing } from "../../components";
import { useTranslation } from "../../i18n";
import type { FigureData, FigureDataRow } from "./figureData";

/** What the table behind a figure needs. */
export interface FigureTableProps {
  readonly title: string;
  readonly data: FigureData;
  readonly onRun: (runId: string) => void;
  readonly onClose: () => void;
}

/** What a figure shows as a table, for whoever reads numbers rather than pictures. */
export function FigureTable({ title, data, onRun, onClose }: FigureTableProps) {
  const { t } = useTranslation();
  const columns = useMemo(
    () =>
      data.columns.map(({ name, title: head, text }, place): DataColumn<FigureDataRow> => {
        const isNumeric = data.rows.some(({ cells }) => typeof cells[place] === "number");
        return {
          id: `${place} ${name}`,
          title: head,
          cell: ({ cells }) => {
            const value = cells[place];
            if (value == null) return <Nothing />;
            if (text !== undefined) return text(value);
            return typeof value === "number" ? <MetricValue value={value} digits={8} /> : <Name text={value} />;
          },
          width: place === 0 ? 220 : 150,
          align: isNumeric ? "end" : "start",
          isPinned: place === 0,
          isRowHeader: place === 0,
        };
      }),
    [data],
  );
  return (
    <Dialog title={t("figures.table.title", { title })} onClose={onClose} size="wide">
      <DataTable
        label={t("figures.table.title", { title })}
        columns={columns}
        count={data.rows.length}
        rowAt={(index) => data.rows[index]}
        keyOf={({ id }) => id}
        mostRows={14}
        onOpen={({ runId }) => {
          if (runId !== null) onRun(runId);
        }}
      />
    </Dialog>
  );
}
