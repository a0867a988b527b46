import { Download } from "lucide-react";
import { useMemo } from "react";
import type { MetricSummaryMessage } from "../../api";
import {
  BandMark,
  Button,
  type DataColumn,
  DataTable,
  MetricValue,
  Name,
  Nothing,
  ReadMetric,
  Time,
} from "../../components";
import { useTranslation } from "../../i18n";
import { choiceCodec, flagCodec } from "../../lib/codecs";
import { toCsv } from "../../lib/csv";
import { fileName } from "../../lib/fileNames";
import { formatCount, formatFull } from "../../lib/numbers";
import { saveFile, useChangeUrl, useUrlState } from "../../state";
import styles from "./MetricTable.module.css";
import { METRIC_COLUMNS, orderedMetrics } from "./metricOrder";
import type { Run } from "./runFacts";

const columnCodec = choiceCodec(METRIC_COLUMNS, "key");
const descendingCodec = flagCodec();

/** What the table of metrics needs. */
export interface MetricTableProps {
  readonly run: Run;
  readonly metrics: readonly MetricSummaryMessage[];
}

/** The values of metrics in short: last, least, greatest, how many, and how good the last one is. */
export function MetricTable({ run, metrics }: MetricTableProps) {
  const { t, locale } = useTranslation();
  const [column] = useUrlState("order", columnCodec);
  const [isDescending] = useUrlState("desc", descendingCodec);
  const changeUrl = useChangeUrl();
  const rows = useMemo(() => orderedMetrics(metrics, column, isDescending), [metrics, column, isDescending]);
  const columns = useMemo<DataColumn<MetricSummaryMessage>[]>(
    () => [
      {
        id: "key",
        title: t("run.metrics.name"),
        width: 280,
        isSortable: true,
        isPinned: true,
        isRowHeader: true,
        cell: ({ key }) => <Name text={key} />,
      },
      {
        id: "last",
        title: t("run.metrics.last"),
        ...NUMBERS,
        cell: ({ last, reading }) => <ReadMetric value={last} reading={reading} />,
      },
      {
        id: "band",
        title: t("run.metrics.band"),
        width: 130,
        cell: ({ band }) => (band === null ? <Nothing /> : <BandMark band={band} />),
      },
      {
        id: "min",
        title: t("run.metrics.min"),
        ...NUMBERS,
        cell: ({ min, count, reading }) => (count === 0 ? <Nothing /> : <ReadMetric value={min} reading={reading} />),
      },
      {
        id: "max",
        title: t("run.metrics.max"),
        ...NUMBERS,
        cell: ({ max, count, reading }) => (count === 0 ? <Nothing /> : <ReadMetric value={max} reading={reading} />),
      },
      {
        id: "count",
        title: t("run.metrics.count"),
        ...NUMBERS,
        width: 110,
        // 0 where nobody counted them: then the last value alone is known.
        cell: ({ count }) => (count === 0 ? <Nothing /> : formatCount(count, locale)),
      },
      {
        id: "last_step",
        title: t("run.metrics.step"),
        ...NUMBERS,
        width: 110,
        cell: (metric) => <MetricValue value={metric.last_step} digits={15} />,
      },
      {
        id: "last_timestamp",
        title: t("run.metrics.time"),
        isSortable: true,
        isDescendingFirst: true,
        width: 190,
        cell: (metric) => <Time moment={metric.last_timestamp} hasSeconds />,
      },
    ],
    [t, locale],
  );
  function save(): void {
    const header = ["metric", "last", "min", "min_step", "max", "max_step", "count", "last_step", "last_timestamp"];
    const lines = rows.map((row) => [
      row.key,
      formatFull(row.last),
      row.min,
      row.min_step,
      row.max,
      row.max_step,
      row.count,
      row.last_step,
      row.last_timestamp,
    ]);
    saveFile(fileName(`${run.info.run_name} metrics`, "csv"), new Blob([toCsv(header, lines)], { type: "text/csv" }));
  }
  return (
    <>
      <DataTable
        label={t("run.tab.metrics")}
        columns={columns}
        count={rows.length}
        rowAt={(index) => rows[index]}
        keyOf={({ key }) => key}
        nameOf={({ key }) => key}
        order={{ column, isDescending }}
        onOrder={(order) =>
          changeUrl(
            {
              order: columnCodec.format(METRIC_COLUMNS.find((name) => name === order.column) ?? "key"),
              desc: descendingCodec.format(order.isDescending),
            },
            { replace: true },
          )
        }
      />
      <div className={styles.foot}>
        <Button variant="quiet" icon={Download} onClick={save}>
          {t("run.metrics.csv")}
        </Button>
      </div>
    </>
  );
}

const NUMBERS = { align: "end", isSortable: true, isDescendingFirst: true, width: 140 } as const;
