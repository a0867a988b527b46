import { useMemo } from "react";
import { fetchPart } from "../../api";
import { EmptyPlace } from "../../components";
import { useTranslation } from "../../i18n";
import { useStore } from "../../state";
import { createParquetTable, UnreadableCodec } from "./parquetTable";
import { TableView } from "./TableView";

/** What a table in a Parquet file needs. */
export interface ParquetViewProps {
  readonly address: string;
  readonly path: string;
  readonly size: number;
}

/** A Parquet file as a table, of which the rows in sight are fetched. */
export default function ParquetView({ address, path, size }: ParquetViewProps) {
  const { t } = useTranslation();
  const table = useMemo(
    () => createParquetTable((start, end) => fetchPart(address, start, end), size),
    [address, size],
  );
  const { error } = useStore(table.state);
  if (error instanceof UnreadableCodec) {
    return (
      <EmptyPlace
        title={t("artifacts.unreadable.title")}
        why={t("artifacts.unreadable.codec", { codec: error.codec })}
      />
    );
  }
  return <TableView table={table} name={path} />;
}
