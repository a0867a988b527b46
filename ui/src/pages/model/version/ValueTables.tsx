import { Link } from "wouter";
import type { MetricReadingMessage, ModelVersionRowMessage } from "../../../api";
import { type DataColumn, DataTable, MetricValue, Name, ReadMetric, Section } from "../../../components";
import { useTranslation } from "../../../i18n";
import { runAddress } from "../../../lib/addresses";
import { metricNames } from "../comparison";
import styles from "./VersionPage.module.css";

const MOST_ROWS = 10;
/** So many the server sends of a run. */
const MOST_SENT = 200;

type Entry = readonly [name: string, value: string];

/** What the tables of metrics and params need. */
export interface ValueTablesProps {
  readonly row: ModelVersionRowMessage;
  readonly readings: Readonly<Record<string, MetricReadingMessage>>;
}

/** Metrics and params of the run that a version comes from, beside each other. */
export function ValueTables({ row, readings }: ValueTablesProps) {
  const { t } = useTranslation();
  const metrics = metricNames([row]).map((name): Entry => [name, String(row.metrics[name])]);
  const params = Object.entries(row.params).toSorted(([one], [other]) =>
    one.localeCompare(other, undefined, { numeric: true }),
  );
  const names: DataColumn<Entry> = {
    id: "name",
    title: t("models.values.name"),
    width: 240,
    isRowHeader: true,
    cell: ([name]) => <Name text={name} />,
  };
  const value = { id: "value", title: t("models.values.value"), width: 260 };
  return (
    <div className={styles.columns}>
      <Values
        title={t("models.metrics")}
        none={t("models.metrics.none")}
        entries={metrics}
        columns={[names, { ...value, cell: ([name]) => <Metric row={row} name={name} reading={readings[name]} /> }]}
        runId={row.summary.run_id}
      />
      <Values
        title={t("models.params")}
        none={t("models.params.none")}
        entries={params}
        columns={[names, { ...value, cell: ([, text]) => <Name text={text} /> }]}
        runId={row.summary.run_id}
      />
    </div>
  );
}

interface MetricProps {
  readonly row: ModelVersionRowMessage;
  readonly name: string;
  readonly reading: MetricReadingMessage | undefined;
}

function Metric({ row, name, reading }: MetricProps) {
  const value = row.metrics[name] ?? null;
  if (reading === undefined) return <MetricValue value={value} />;
  const key = row.summary.key_metric;
  return <ReadMetric value={value} reading={reading} band={key?.key === name ? key.band : null} />;
}

interface ValuesProps {
  readonly title: string;
  /** What is said where there is none. */
  readonly none: string;
  readonly entries: readonly Entry[];
  readonly columns: readonly DataColumn<Entry>[];
  readonly runId: string | null;
}

function Values({ title, none, entries, columns, runId }: ValuesProps) {
  const { t } = useTranslation();
  return (
    <Section title={title}>
      {entries.length === 0 ? (
        <p className={styles.nothing}>{none}</p>
      ) : (
        <DataTable
          label={title}
          columns={columns}
          count={entries.length}
          rowAt={(index) => entries[index]}
          keyOf={([name]) => name}
          mostRows={MOST_ROWS}
        />
      )}
      {entries.length >= MOST_SENT && runId !== null ? (
        <p className={styles.nothing}>
          {t("models.values.first", { count: entries.length })}{" "}
          <Link href={runAddress(runId)}>{t("models.values.all")}</Link>
        </p>
      ) : null}
    </Section>
  );
}
