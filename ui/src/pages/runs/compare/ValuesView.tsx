import { ChartLine, Info, type LucideIcon, Search, SlidersHorizontal } from "lucide-react";
import { useDeferredValue, useMemo } from "react";
import { Link } from "wouter";
import { Swatch } from "../../../charts";
import {
  Button,
  Checkbox,
  type DataColumn,
  DataTable,
  Duration,
  MetricValue,
  Name,
  Nothing,
  StatusMark,
  TextField,
  Time,
} from "../../../components";
import { type Translate, useTranslation } from "../../../i18n";
import { runAddress } from "../../../lib/addresses";
import { flagCodec, textCodec } from "../../../lib/codecs";
import { toCsv } from "../../../lib/csv";
import { formatCount } from "../../../lib/numbers";
import { saveFile, useUrlState } from "../../../state";
import type { ColumnName } from "../columns";
import type { ComparedRun } from "../compared/comparedRun";
import styles from "./CompareMode.module.css";
import type { CompareViewProps } from "./compareView";
import { fieldTitle, missingNotes } from "./fields";
import { foundRows, type ValueRow, valueRows } from "./sideBySide";

const searchCodec = textCodec();
const differingCodec = flagCodec();
const ICONS: Readonly<Record<ColumnName["kind"], LucideIcon>> = {
  attribute: Info,
  param: SlidersHorizontal,
  metric: ChartLine,
  tag: Info,
};

/** Params and metrics of runs beside each other; what differs from the first run is marked. */
export function ValuesView({ compared, figureRuns }: CompareViewProps) {
  const { t, locale } = useTranslation();
  const [search, setSearch] = useUrlState("find", searchCodec);
  const [isDiffering, setDiffering] = useUrlState("differing", differingCodec);
  const typed = useDeferredValue(search);
  const { runs, paramKeys, metricKeys } = compared;
  const all = useMemo(() => valueRows(runs, paramKeys, metricKeys), [runs, paramKeys, metricKeys]);
  const rows = useMemo(() => foundRows(all, typed, isDiffering), [all, typed, isDiffering]);
  const columns = useMemo<DataColumn<ValueRow>[]>(
    () => [
      {
        id: "name",
        title: t("compare.values.name"),
        cell: (row) => <RowName row={row} />,
        width: 240,
        isPinned: true,
        isRowHeader: true,
      },
      ...runs.map((run, place) => ({
        id: run.id,
        title: run.name,
        header: <RunHead run={run} colour={figureRuns[place]?.colour ?? 1} />,
        cell: (row: ValueRow) => <ValueCell row={row} run={run} place={place} />,
        width: 232,
      })),
    ],
    [runs, figureRuns, t],
  );
  const differing = all.filter((row) => row.isDiffering).length;

  function save(): void {
    const header = ["kind", "name", ...runs.map(({ name }) => name)];
    const ids = ["", "run_id", ...runs.map(({ id }) => id)];
    const lines = rows.map(({ field, values }) => [field.kind, field.key, ...values]);
    saveFile("comparison.csv", new Blob([toCsv(header, [ids, ...lines])], { type: "text/csv" }));
  }
  return (
    <>
      <div className={styles.controls}>
        <div className={styles.search}>
          <TextField
            label={t("compare.values.search")}
            isLabelHidden
            icon={Search}
            type="search"
            placeholder={t("compare.values.search")}
            value={search}
            onText={(text) => setSearch(text, { replace: true })}
          />
        </div>
        <Checkbox
          label={t("compare.values.differing")}
          isChecked={isDiffering}
          onCheck={(isChecked) => setDiffering(isChecked)}
        />
        <span className={styles.note} role="status">
          {t("compare.values.count", {
            shown: formatCount(rows.length, locale),
            total: formatCount(all.length, locale),
            differing: formatCount(differing, locale),
          })}
        </span>
        <Button onClick={save}>{t("runs.csv")}</Button>
        {missingNotes([], [], compared, t, locale).map((note) => (
          <span key={note} className={styles.note}>
            {note}
          </span>
        ))}
      </div>
      {runs.length < 2 ? <p className={styles.note}>{t("compare.one")}</p> : null}
      {rows.length === 0 ? (
        <p className={styles.note}>{typed.trim() === "" ? t("compare.values.same") : t("compare.values.nothing")}</p>
      ) : (
        <DataTable
          label={t("compare.values.table")}
          columns={columns}
          count={rows.length}
          rowAt={(index) => rows[index]}
          keyOf={idOf}
        />
      )}
    </>
  );
}

function RowName({ row }: { readonly row: ValueRow }) {
  const { t } = useTranslation();
  const Icon = ICONS[row.field.kind];
  return (
    <span className={styles.key}>
      <span className={styles.sign} title={row.isDiffering ? t("compare.values.differs") : undefined}>
        {row.isDiffering ? (
          <>
            <span aria-hidden="true">≠</span>
            <span className="visually-hidden">{t("compare.values.differs")}</span>
          </>
        ) : null}
      </span>
      <Icon size={13} aria-hidden="true" />
      <span className="visually-hidden">{kindText(row.field, t)}</span>
      <Name text={fieldTitle(row.field, t)} />
    </span>
  );
}

function kindText(field: ColumnName, t: Translate): string {
  return field.kind === "attribute" ? "" : `${t(`runs.kind.${field.kind}`)}:`;
}

function RunHead({ run, colour }: { readonly run: ComparedRun; readonly colour: number }) {
  const { t } = useTranslation();
  return (
    <span className={styles.head}>
      <Swatch number={colour} />
      <Link href={runAddress(run.id)} className={styles.headName} title={run.name}>
        <bdi>{run.name}</bdi>
      </Link>
      {run.isDeleted ? <span className={styles.note}>{t("runs.inBin")}</span> : null}
    </span>
  );
}

function ValueCell({ row, run, place }: { readonly row: ValueRow; readonly run: ComparedRun; readonly place: number }) {
  const isOther = place > 0 && !Object.is(row.values[place] ?? null, row.values[0] ?? null);
  return (
    <span className={isOther ? `${styles.other} ${styles.text}` : styles.text}>{shownValue(row, run, place)}</span>
  );
}

function shownValue({ field, values }: ValueRow, run: ComparedRun, place: number) {
  const value = values[place];
  if (field.kind === "metric") return <MetricValue value={value} digits={6} />;
  if (field.kind === "attribute") {
    if (field.key === "status") return <StatusMark status={run.status} />;
    if (field.key === "start_time") return <Time moment={run.start} hasSeconds />;
    if (field.key === "duration") return <Duration start={run.start} end={run.end} />;
  }
  return value == null || value === "" ? <Nothing /> : <Name text={String(value)} />;
}

function idOf({ id }: ValueRow): string {
  return id;
}
