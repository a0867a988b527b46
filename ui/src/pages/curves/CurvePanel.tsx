import { ChartLine, Download, EllipsisVertical, Table2, X } from "lucide-react";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { type Curves, fetchCurves } from "../../api";
import { type ChartCurve, CurveChart, type CurvePicture, type CurveView, curvesCsv, plottedCurves } from "../../charts";
import { FailureNotice, IconButton, Menu, Name, Skeleton } from "../../components";
import { useTranslation } from "../../i18n";
import { fileName } from "../../lib/fileNames";
import { describeFailure, pollingInterval, saveFile, showNotice, useCurves } from "../../state";
import { CurveNotes } from "./CurveNotes";
import styles from "./CurvePanel.module.css";
import { CurveTable } from "./CurveTable";
import { chartCurves } from "./chartCurves";
import { type CurveRun, curveRequests } from "./curveRequests";
import type { ChangeCurveView } from "./useCurveView";

const USUAL_POINTS = 1_000;
const MOST_SAVED_POINTS = 1_000_000;
const CHART_HEIGHT = 200;
const NO_CURVES: readonly ChartCurve[] = [];

/** What a panel with a chart of curves needs. */
export interface CurvePanelProps {
  readonly title: string;
  /** Something beside the title, such as the last value. */
  readonly header?: ReactNode;
  readonly runs: readonly CurveRun[];
  /** Names of the metrics: mostly one. */
  readonly keys: readonly string[];
  readonly view: CurveView;
  readonly onView: ChangeCurveView;
  /** Whether points still come. */
  readonly isLive: boolean;
  readonly chartHeight?: number;
  /** Most points of a curve. */
  readonly mostPoints?: number;
  /** Panels with the same one move their cursors together. */
  readonly syncKey?: string;
}

/** Curves of some metrics of some runs: fetches them as soon as it is drawn, says what is left out, saves them. */
export function CurvePanel(props: CurvePanelProps) {
  const {
    title,
    header,
    runs,
    keys,
    view,
    onView,
    isLive,
    chartHeight = CHART_HEIGHT,
    mostPoints = USUAL_POINTS,
    syncKey,
  } = props;
  const { t, find } = useTranslation();
  const picture = useRef<CurvePicture>(null);
  const [isTableOpen, setIsTableOpen] = useState(false);
  const [saving, setSaving] = useState<AbortController | null>(null);
  const requests = useMemo(() => curveRequests(runs, keys, view, mostPoints), [runs, keys, view, mostPoints]);
  const { data, error, refetch } = useCurves(requests, { every: isLive ? pollingInterval(true) : false });
  const curves = useMemo(
    () => (data === undefined ? NO_CURVES : chartCurves(data.curves, runs, keys)),
    [data, runs, keys],
  );
  const { axis, smoothing, isLogX, isLogY } = view;
  const plotted = useMemo(
    () => plottedCurves(curves, { axis, smoothing, isLogX, isLogY }),
    [curves, axis, smoothing, isLogX, isLogY],
  );

  const isMany = runs.length * keys.length > 1;

  function failed(failure: unknown): void {
    showNotice(t("curves.save.failed", { why: describeFailure(failure, find).text }));
  }
  async function savePicture(): Promise<void> {
    try {
      const image = await picture.current?.toPng();
      if (image !== undefined) saveFile(fileName(title, "png"), image);
    } catch (failure) {
      failed(failure);
    }
  }
  async function saveTable(): Promise<void> {
    const controller = new AbortController();
    setSaving(controller);
    try {
      const found = await allPoints(runs, keys, view, controller.signal);
      const whole = chartCurves(found.curves, runs, keys);
      saveFile(fileName(title, "csv"), new Blob([curvesCsv(whole)], { type: "text/csv" }));
      if (whole.some(({ isThinned }) => isThinned)) showNotice(t("curves.save.thinned"));
    } catch (failure) {
      if (!controller.signal.aborted) failed(failure);
    } finally {
      setSaving(null);
    }
  }
  return (
    <article className={styles.panel} aria-label={title}>
      <header className={styles.header}>
        <h2 className={styles.title}>
          <Name text={title} />
        </h2>
        {saving === null ? (
          header
        ) : (
          <span role="status" className={styles.saving}>
            {t("curves.saving")}
            <IconButton icon={X} label={t("curves.saving.stop")} onClick={() => saving.abort()} />
          </span>
        )}
        <Menu
          label={t("curves.menu", { title })}
          icon={EllipsisVertical}
          items={[
            { key: "table", text: t("curves.table"), icon: Table2, onChoose: () => setIsTableOpen(true) },
            { key: "png", text: t("curves.save.png"), icon: ChartLine, onChoose: () => void savePicture() },
            { key: "csv", text: t("curves.save.csv"), icon: Download, onChoose: () => void saveTable() },
          ]}
        />
      </header>
      <div className={styles.body} style={{ height: chartHeight + (isMany ? 60 : 20) }}>
        {error === null ? null : (
          <FailureNotice error={error} isKept={data !== undefined} onAgain={() => void refetch()} />
        )}
        {data === undefined ? (
          error === null && <Skeleton height={chartHeight} />
        ) : curves.length === 0 ? (
          <p className={styles.nothing}>{view.range === null ? t("curves.none") : t("curves.none.here")}</p>
        ) : (
          <CurveChart
            ref={picture}
            title={title}
            plotted={plotted}
            view={view}
            height={chartHeight}
            isNamed={isMany}
            syncKey={syncKey}
            onRange={(range) => onView({ range })}
          />
        )}
      </div>
      <CurveNotes plotted={plotted} damaged={data?.damaged.length ?? 0} unknownRuns={data?.unknownRunIds.length ?? 0} />
      {isTableOpen ? (
        <CurveTable title={title} curves={curves} axis={axis} onClose={() => setIsTableOpen(false)} />
      ) : null}
    </article>
  );
}

/** Returns every point of what is shown of the axis, as far as the server gives them at once. */
async function allPoints(
  runs: readonly CurveRun[],
  keys: readonly string[],
  view: CurveView,
  signal: AbortSignal,
): Promise<Curves> {
  const most = Math.max(Math.floor(MOST_SAVED_POINTS / (runs.length * keys.length)), 10);
  const answers: Curves[] = [];
  for (const request of curveRequests(runs, keys, view, most)) answers.push(await fetchCurves(request, { signal }));
  return {
    curves: answers.flatMap(({ curves }) => curves),
    unknownRunIds: answers.flatMap(({ unknownRunIds }) => unknownRunIds),
    damaged: answers.flatMap(({ damaged }) => damaged),
  };
}
