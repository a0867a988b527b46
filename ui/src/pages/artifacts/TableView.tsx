import { useCallback, useEffect, useMemo, useRef } from "react";
import { fetchPart } from "../../api";
import { type DataColumn, DataTable, EmptyPlace, FailureNotice, Nothing, Skeleton } from "../../components";
import { useTranslation } from "../../i18n";
import { formatCount } from "../../lib/numbers";
import type { Stretch } from "../../lib/windows";
import { useStore } from "../../state";
import { cellText, isNumeric } from "./cells";
import styles from "./TableView.module.css";
import { createCsvTable, type TableFile } from "./tableFile";

type Row = { readonly index: number; readonly values: readonly unknown[] };

const LOOKED_AT = 40;

/** A file of separated values as a table, read as far as somebody scrolls. */
export function CsvView({ address, path }: { readonly address: string; readonly path: string }) {
  const table = useMemo(() => createCsvTable(path, (start, end) => fetchPart(address, start, end)), [address, path]);
  return <TableView table={table} name={path} />;
}

/** A table of a file: fetches the rows in sight. */
export function TableView({ table, name }: { readonly table: TableFile; readonly name: string }) {
  const { t, locale } = useTranslation();
  const { header, count, isWhole, isFetching, error } = useStore(table.state);
  useEffect(() => table.show(0, 1), [table]);
  // What is a number is known with the first rows.
  const isKnown = count > 0 && table.rowAt(0) !== undefined;
  const columns = useMemo(
    () => (header === null ? [] : columnsOf(header, isKnown ? table : null, t("artifacts.row"))),
    [header, isKnown, table, t],
  );
  // A row stays the same thing as long as its values do: what is drawn already is not drawn anew.
  const known = useRef(new WeakMap<readonly unknown[], Row>());
  const rowAt = useCallback(
    (index: number) => {
      const values = index < count ? table.rowAt(index) : undefined;
      if (values === undefined) return undefined;
      let row = known.current.get(values);
      if (row === undefined) {
        row = { index, values };
        known.current.set(values, row);
      }
      return row;
    },
    [table, count],
  );
  const show = useCallback(({ start, end }: Stretch) => table.show(start, end), [table]);
  const failure =
    error === null ? null : <FailureNotice error={error} isKept={header !== null} onAgain={() => table.again()} />;
  if (header === null) return failure ?? <Skeleton lines={10} />;
  if (header.length === 0) return <EmptyPlace title={t("artifacts.table.empty")} />;
  const rows = formatCount(count, locale);
  return (
    <div className={styles.view}>
      {failure}
      <p className={styles.count}>
        {isWhole ? t("artifacts.rows", { rows }) : t("artifacts.rows.atLeast", { rows })}
        {" · "}
        {t("artifacts.columns", { columns: formatCount(header.length, locale) })}
      </p>
      <DataTable<Row>
        label={name}
        columns={columns}
        // The row behind those that are fetched says that more come.
        count={isWhole ? count : count + 1}
        rowAt={rowAt}
        keyOf={({ index }) => String(index)}
        onVisible={show}
        isBusy={isFetching && count === 0}
      />
    </div>
  );
}

function columnsOf(header: readonly string[], table: TableFile | null, numberTitle: string): DataColumn<Row>[] {
  const beginning = Array.from({ length: LOOKED_AT }, (_, index) => table?.rowAt(index)).filter(
    (row) => row !== undefined,
  );
  return [
    {
      id: "#",
      title: numberTitle,
      header: "#",
      cell: ({ index }) => <span className={styles.number}>{index + 1}</span>,
      width: 64,
      align: "end",
      isPinned: true,
    },
    ...header.map((title, place) => ({
      id: String(place),
      title,
      align: isNumeric(beginning.map((row) => row[place])) ? ("end" as const) : ("start" as const),
      width: widthOf(title, beginning, place),
      cell: ({ values }: Row) => {
        const text = cellText(values[place]);
        return text === null ? <Nothing /> : <span title={text}>{text}</span>;
      },
    })),
  ];
}

function widthOf(title: string, rows: readonly (readonly unknown[])[], place: number): number {
  const longest = Math.max(title.length, ...rows.map((row) => cellText(row[place])?.length ?? 0));
  return Math.min(Math.max(longest * 7.5 + 24, 72), 320);
}
