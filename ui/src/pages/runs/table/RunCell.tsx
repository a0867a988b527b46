import { ChevronDown, ChevronRight, Star } from "lucide-react";
import { Link } from "wouter";
import {
  Badge,
  Duration,
  MetricValue,
  Name,
  Nothing,
  ShortId,
  SkeletonCell,
  StatusMark,
  Time,
} from "../../../components";
import { useTranslation } from "../../../i18n";
import { runAddress, runsAddress } from "../../../lib/addresses";
import { classes } from "../../../lib/classes";
import { baseName } from "../../../lib/paths";
import { type AttributeColumn, type ColumnName, SOURCE_TAG } from "../columns";
import { useRunColour } from "../runColours";
import { loggedValue, type RunRow } from "../runRow";
import styles from "./RunCell.module.css";
import { Sparkline } from "./Sparkline";
import sparkStyles from "./Sparkline.module.css";
import type { SparkStore } from "./sparkStore";

/** What the cells of a row show beside the run's own values. */
export interface RowContext {
  readonly experimentNames: ReadonlyMap<string, string>;
  /** Runs with the star. */
  readonly stars: ReadonlySet<string>;
  readonly starMetric: string | null;
  /** Opens or closes the parts of a run; null where parts do not stand below. */
  readonly onToggle: ((id: string) => void) | null;
  readonly opened: { readonly has: (id: string) => boolean };
  readonly levelAt: (index: number) => number;
  /** Small curves; null where they are not shown. */
  readonly sparks: SparkStore | null;
}

/** What a cell needs. */
export interface RunCellProps {
  readonly row: RunRow;
  readonly index: number;
  readonly column: ColumnName;
  readonly context: RowContext;
}

/** One value of one run. */
export function RunCell({ row, index, column, context }: RunCellProps) {
  if (column.kind === "attribute") return <AttributeCell row={row} index={index} name={column.key} context={context} />;
  const value = loggedValue(row, column);
  if (value === undefined) return <SkeletonCell />;
  if (column.kind === "metric") return <MetricCell runId={row.id} name={column.key} value={value} context={context} />;
  return value === null ? <Nothing /> : <Name text={String(value)} />;
}

interface MetricCellProps {
  readonly runId: string;
  readonly name: string;
  readonly value: string | number | null;
  readonly context: RowContext;
}

function MetricCell({ runId, name, value, context }: MetricCellProps) {
  if (context.sparks === null || value === null) return <MetricValue value={value} />;
  return (
    <span className={sparkStyles.value}>
      <Sparkline sparks={context.sparks} runId={runId} metric={name} />
      <MetricValue value={value} />
    </span>
  );
}

interface AttributeCellProps extends Omit<RunCellProps, "column"> {
  readonly name: AttributeColumn;
}

function AttributeCell({ row, index, name, context }: AttributeCellProps) {
  switch (name) {
    case "run_name":
      return <RunNameCell row={row} level={context.levelAt(index)} context={context} />;
    case "start_time":
      return <Time moment={row.start} isRelative />;
    case "end_time":
      return <Time moment={row.end} isRelative />;
    case "source":
      return <SourceCell source={row.tags[SOURCE_TAG] ?? null} />;
    case "duration":
      return <Duration start={row.status === "RUNNING" || row.end !== null ? row.start : null} end={row.end} />;
    case "status":
      return <StatusMark status={row.status} />;
    case "user_id":
      return row.user === "" ? <Nothing /> : <Name text={row.user} />;
    case "run_id":
      return <ShortId id={row.id} />;
    case "experiment_id":
      return (
        <Link href={runsAddress(row.experimentId)}>
          <Name text={context.experimentNames.get(row.experimentId) ?? row.experimentId} />
        </Link>
      );
    case "datasets":
      return row.datasets.length === 0 ? <Nothing /> : <Name text={row.datasets.join(", ")} />;
  }
}

function SourceCell({ source }: { readonly source: string | null }) {
  if (source === null || source === "") return <Nothing />;
  return (
    <bdi title={source} className={styles.source}>
      {baseName(source.replaceAll("\\", "/")) || source}
    </bdi>
  );
}

interface RunNameCellProps {
  readonly row: RunRow;
  readonly level: number;
  readonly context: RowContext;
}

function RunNameCell({ row, level, context }: RunNameCellProps) {
  const { t } = useTranslation();
  const { onToggle, opened, stars, starMetric } = context;
  const colour = useRunColour(row.id);
  const isOpen = opened.has(row.id);
  const Arrow = isOpen ? ChevronDown : ChevronRight;
  const name = row.name || row.id;
  const toggleLabel = isOpen ? t("common.collapse", { name }) : t("common.expand", { name });
  return (
    <span className={styles.run} style={{ paddingInlineStart: level * 18 }}>
      {onToggle === null ? null : row.childCount > 0 ? (
        <button
          type="button"
          className={styles.toggle}
          aria-expanded={isOpen}
          aria-label={toggleLabel}
          title={t("runs.parts", { count: row.childCount })}
          onClick={() => onToggle(row.id)}
        >
          <Arrow size={14} aria-hidden="true" />
        </button>
      ) : (
        <span className={styles.toggle} />
      )}
      <span className={styles.colour} style={{ background: colour }} aria-hidden="true" />
      {row.isGone ? (
        <Name text={name} {...(styles.gone === undefined ? {} : { className: styles.gone })} />
      ) : (
        <Link href={runAddress(row.id)} className={classes(styles.link, row.isDeleted && styles.gone)} title={name}>
          <bdi>{name}</bdi>
        </Link>
      )}
      {stars.has(row.id) && starMetric !== null ? (
        <span className={styles.star} title={t("runs.star.best", { metric: starMetric })}>
          <Star size={14} aria-hidden="true" fill="currentColor" />
          <span className="visually-hidden">{t("runs.star.best", { metric: starMetric })}</span>
        </span>
      ) : null}
      {row.isGone ? <Badge>{t("runs.gone")}</Badge> : row.isDeleted ? <Badge>{t("runs.inBin")}</Badge> : null}
    </span>
  );
}
