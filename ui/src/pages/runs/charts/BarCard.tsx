import { useCallback, useMemo } from "react";
import { useLocation } from "wouter";
import { barFigure } from "../../../charts";
import { FailureNotice, Skeleton } from "../../../components";
import { useTranslation } from "../../../i18n";
import { runAddress } from "../../../lib/addresses";
import { chartColumn, completeRuns, type LoggedValue } from "../../../lib/chartColumn";
import { pollingInterval, useAnswer } from "../../../state";
import type { CurveRun } from "../../curves";
import { FigurePanel } from "../../figures";
import { missingNotes } from "../compare/fields";
import type { ComparedRuns } from "../compared/useComparedRuns";
import { CardButtons, type CardButtonsProps } from "./CardButtons";
import styles from "./ChartsMode.module.css";

/** What the bars of a metric need. */
export interface BarCardProps extends CardButtonsProps {
  readonly compared: ComparedRuns;
  readonly runs: readonly CurveRun[];
  /** Which value of the metric each bar shows. */
  readonly value: "last" | "min" | "max";
  /** How many runs were picked. */
  readonly total: number;
  readonly height: number;
}

/** One value of a metric for each of several runs, as bars. */
export function BarCard({ compared, runs, value, total, height, ...buttons }: BarCardProps) {
  const { metric } = buttons;
  const { t, locale } = useTranslation();
  const [, navigate] = useLocation();
  const run_ids = useMemo(() => runs.map(({ id }) => id), [runs]);
  // Latest values are there already.
  const isAsked = value !== "last";
  const { data, error, refetch } = useAnswer(
    "search_run_columns",
    { run_ids, attributes: ["run_id"], metrics: [metric], metric_summary: value },
    { enabled: isAsked, every: compared.isLive ? pollingInterval(true) : false, keepsPrevious: false },
  );
  const values = useMemo<readonly LoggedValue[] | null>(() => {
    if (!isAsked) return compared.runs.map(({ metrics }) => metrics.get(metric) ?? null);
    if (data === undefined) return null;
    const found = new Map(
      (data.attributes.run_id ?? []).map((id, place) => [id, data.metrics[metric]?.[place] ?? null]),
    );
    return run_ids.map((id) => found.get(id) ?? null);
  }, [isAsked, compared.runs, metric, data, run_ids]);
  const title = `${metric} · ${t(`runs.values.${value}`)}`;
  const content = useMemo(() => {
    const column = chartColumn(values ?? []);
    const complete = completeRuns([column], runs.length);
    const axis = { id: metric, title: metric, column, unit: "number" } as const;
    return { ...complete, draw: barFigure({ axis, runs, places: complete.places }) };
  }, [values, runs, metric]);
  const open = useCallback((runId: string) => navigate(runAddress(runId)), [navigate]);
  if (values === null) {
    return error === null ? (
      <Skeleton height={height} />
    ) : (
      <FailureNotice error={error} onAgain={() => void refetch()} />
    );
  }
  const { places, lacks, draw } = content;
  return (
    <div className={styles.card}>
      <FigurePanel
        title={title}
        header={<CardButtons {...buttons} />}
        draw={places.length === 0 ? null : draw}
        nothing={t("runcharts.bars.nothing")}
        height={height}
        data={{
          columns: [
            { name: "run", title: t("figures.run") },
            { name: "run_id", title: t("runs.column.run_id") },
            { name: metric, title },
          ],
          rows: runs.map(({ id, name }, place) => ({ id, runId: id, cells: [name, id, values[place]] })),
        }}
        shown={places.length}
        total={total}
        notes={missingNotes(lacks, [metric], compared, t, locale)}
        onRun={open}
      />
    </div>
  );
}
