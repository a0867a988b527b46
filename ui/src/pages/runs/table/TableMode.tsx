import { RefreshCw } from "lucide-react";
import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { Button, type ColumnWidths, DataTable, FailureNotice, Skeleton } from "../../../components";
import { useTranslation } from "../../../i18n";
import { runAddress } from "../../../lib/addresses";
import { useKept } from "../../../state";
import { isFilterFault } from "../filter/filterFault";
import type { RunRow } from "../runRow";
import { ColumnPicker } from "./ColumnPicker";
import { CsvDialog } from "./CsvDialog";
import { DeleteRuns } from "./DeleteRuns";
import { EmptyTable } from "./EmptyTable";
import { GroupTable } from "./GroupTable";
import { SelectionBar } from "./SelectionBar";
import styles from "./TableMode.module.css";
import { TableToolbar } from "./TableToolbar";
import { type RunsTable, type RunsTableOptions, useRunsTable } from "./useRunsTable";

/** What the table needs. */
export interface TableModeProps extends RunsTableOptions {
  /** Compares what is picked. */
  readonly onCompare: () => void;
}

type Overlay = "columns" | "csv" | "delete" | null;

const NO_WIDTHS: ColumnWidths = {};

/** Runs as a table. */
export function TableMode(props: TableModeProps) {
  const { experimentIds, view, index, keys, selection, isTree, onCompare } = props;
  const [overlay, setOverlay] = useState<Overlay>(null);
  const table = useRunsTable(props);
  const isGrouped = view.group !== null;
  return (
    <div className={styles.mode}>
      <TableToolbar
        index={index}
        view={view}
        keys={keys}
        star={table.star}
        isTree={isTree}
        isMany={experimentIds.length > 1}
        isLive={table.live.isLive}
        onColumns={() => setOverlay("columns")}
        onCsv={() => setOverlay("csv")}
      />
      <Failures table={table} index={index} />
      <NewRuns count={table.live.newRuns} onShow={table.showNew} />
      {isGrouped ? <Groups {...props} table={table} /> : <Rows {...props} table={table} />}
      {selection.ids.length === 0 || isGrouped ? null : (
        <SelectionBar
          selection={selection}
          all={table.lines.count}
          onAll={table.pickAll}
          onCompare={onCompare}
          onCsv={() => setOverlay("csv")}
          onDelete={() => setOverlay("delete")}
        />
      )}
      <TableOverlay {...props} table={table} overlay={overlay} onClose={() => setOverlay(null)} />
    </div>
  );
}

/** Lies over the table: what comes of itself moves nothing. */
function NewRuns({ count, onShow }: { readonly count: number; readonly onShow: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={styles.over} role="status">
      {count === 0 ? null : (
        <Button icon={RefreshCw} className={styles.fresh} onClick={onShow}>
          {t("runs.new", { count })}
        </Button>
      )}
    </div>
  );
}

interface PartProps extends RunsTableOptions {
  readonly table: RunsTable;
}

function Failures({ table, index }: Pick<PartProps, "table" | "index">) {
  const { rows, live, nestedError } = table;
  if (index.error !== null && !isFilterFault(index.error)) {
    return <FailureNotice error={index.error} isKept={index.count > 0} onAgain={index.refetch} />;
  }
  if (rows.error !== null) return <FailureNotice error={rows.error} isKept onAgain={rows.again} />;
  if (nestedError !== null) return <FailureNotice error={nestedError} isKept />;
  return live.error === null ? null : <FailureNotice error={live.error} isKept onAgain={live.again} />;
}

function Groups({ experimentIds, experimentNames, view, columns }: PartProps) {
  return (
    <GroupTable
      experimentIds={experimentIds}
      experimentNames={experimentNames}
      view={view}
      group={view.group ?? ""}
      metrics={columns.chosen.filter(({ kind }) => kind === "metric").map(({ key }) => key)}
    />
  );
}

function Rows({ experimentIds, experimentNames, view, index, columns, isTree, table }: PartProps) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const [widths, setWidths] = useKept(`runs.widths.${experimentIds.join(",")}`, NO_WIDTHS, isWidths);
  if (!columns.isKnown || (index.isPending && index.error === null)) return <Skeleton lines={14} />;
  if (table.isEmpty) {
    return (
      <EmptyTable
        filter={view.filter}
        isTree={isTree}
        onClear={() => view.setFilter("")}
        onList={() => view.setTree(false)}
        experimentName={experimentNames.get(experimentIds[0] ?? "") ?? ""}
      />
    );
  }
  return (
    <DataTable<RunRow>
      label={t("runs.table")}
      columns={table.columns}
      count={table.lines.count}
      rowAt={table.rows.rowAt}
      keyOf={idOf}
      nameOf={nameOf}
      order={view.order}
      onOrder={view.setOrder}
      widths={widths}
      onWidths={setWidths}
      selection={table.selection}
      onOpen={(row) => navigate(runAddress(row.id))}
      onUnfold={table.onUnfold}
      onVisible={table.onLines}
      isBusy={index.isBusy}
    />
  );
}

interface TableOverlayProps extends PartProps {
  readonly overlay: Overlay;
  readonly onClose: () => void;
}

function TableOverlay({ overlay, onClose, table, ...props }: TableOverlayProps) {
  const { experimentIds, view, question, index, columns, selection, isTree } = props;
  const { wantPicked } = table;
  // Their names are told, also of those that are out of sight.
  useEffect(() => {
    if (overlay === "delete") wantPicked();
  }, [overlay, wantPicked]);
  if (overlay === "columns") {
    return (
      <ColumnPicker
        experimentIds={experimentIds}
        setting={columns.setting}
        onSetting={view.setChosen}
        onClose={onClose}
      />
    );
  }
  if (overlay === "csv") {
    const isKnown = index.isTotalExact && !isTree;
    return (
      <CsvDialog
        question={{
          columns: table.shown,
          summary: view.summary,
          picked: selection.ids,
          // Parts of runs too, whether or not they are shown.
          question: { ...question, filter: view.filter },
        }}
        total={selection.ids.length > 0 ? selection.ids.length : isKnown ? index.total : null}
        onClose={onClose}
      />
    );
  }
  if (overlay !== "delete") return null;
  return (
    <DeleteRuns
      ids={selection.ids}
      rows={table.rows.rows}
      onDeleted={(ids) => selection.replace(selection.ids.filter((id) => !ids.includes(id)))}
      onClose={onClose}
    />
  );
}

function idOf(row: RunRow): string {
  return row.id;
}

function nameOf(row: RunRow): string {
  return row.name || row.id;
}

function isWidths(kept: unknown): kept is ColumnWidths {
  return typeof kept === "object" && kept !== null && Object.values(kept).every((width) => Number.isFinite(width));
}
