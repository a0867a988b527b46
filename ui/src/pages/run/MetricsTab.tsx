import { ChartLine, Search, Table2 } from "lucide-react";
import { useDeferredValue, useMemo } from "react";
import { Button, CardGrid, type CardGroup, EmptyPlace, TextField } from "../../components";
import { useTranslation } from "../../i18n";
import { choiceCodec, textCodec } from "../../lib/codecs";
import { colourNumber } from "../../lib/colours";
import { matchScore } from "../../lib/matching";
import { formatCount } from "../../lib/numbers";
import { useUrlState } from "../../state";
import { CurveControls, useCurveView } from "../curves";
import { MetricCard } from "./MetricCard";
import { MetricTable } from "./MetricTable";
import { metricKinds } from "./metricKinds";
import { isLive, type Run } from "./runFacts";
import styles from "./Tab.module.css";
import { ValueCard } from "./ValueCard";

const searchCodec = textCodec();
const showCodec = choiceCodec(["charts", "table"], "charts");
const CURVE_SHAPE = { cardHeight: 300, leastWidth: 380 };
const VALUE_SHAPE = { cardHeight: 88, leastWidth: 220 };

/** The metrics of a run: a curve each, or a value where one was logged, or a table of their values; system metrics on a tab of their own. */
export default function MetricsTab({ run, isSystem }: { readonly run: Run; readonly isSystem: boolean }) {
  const { t, locale } = useTranslation();
  const [search, setSearch] = useUrlState("search", searchCodec);
  const [show, setShow] = useUrlState("show", showCodec);
  const [view, changeView] = useCurveView();
  const all = isSystem ? run.system_metrics : run.metrics;
  const count = isSystem ? run.system_metric_count : run.metric_count;
  const typed = useDeferredValue(search);
  const metrics = useMemo(
    () => (typed.trim() === "" ? all : all.filter(({ key }) => matchScore(key, typed) !== null)),
    [all, typed],
  );
  const { run_id: id, run_name: name, start_time: start } = run.info;
  const runs = useMemo(
    () => [{ id, name: name === "" ? id : name, colour: colourNumber(id), origin: start ?? null }],
    [id, name, start],
  );
  const { values, curves, areValuesFirst } = useMemo(() => metricKinds(metrics), [metrics]);
  const isMixed = values.length > 0 && curves.length > 0;
  const valueGroup: CardGroup = {
    key: "values",
    ...VALUE_SHAPE,
    count: values.length,
    title: isMixed ? t("run.metrics.values") : undefined,
    card: (index) => {
      const metric = values[index];
      return metric === undefined ? null : <ValueCard key={metric.key} metric={metric} />;
    },
  };
  const curveGroup: CardGroup = {
    key: "curves",
    ...CURVE_SHAPE,
    count: curves.length,
    title: isMixed ? t("run.metrics.curves") : undefined,
    card: (index) => {
      const metric = curves[index];
      return metric === undefined ? null : (
        <MetricCard
          key={metric.key}
          metric={metric}
          runs={runs}
          view={view}
          onView={changeView}
          isLive={isLive(run)}
          syncKey={id}
        />
      );
    },
  };
  const groups = areValuesFirst ? [valueGroup, curveGroup] : [curveGroup, valueGroup];
  if (count === 0) return <NoMetrics isSystem={isSystem} />;
  return (
    <div className={styles.tab}>
      <div className={styles.bar}>
        <div className={styles.search}>
          <TextField
            label={t("run.metrics.search")}
            isLabelHidden
            icon={Search}
            type="search"
            placeholder={t("run.metrics.search")}
            value={search}
            onText={(text) => setSearch(text, { replace: true })}
          />
        </div>
        <span className={styles.count} role="status">
          {t("run.shown", { shown: formatCount(metrics.length, locale), count: formatCount(count, locale) })}
        </span>
        <span className={styles.looks}>
          <Button variant="quiet" icon={ChartLine} aria-pressed={show === "charts"} onClick={() => setShow("charts")}>
            {t("run.metrics.charts")}
          </Button>
          <Button variant="quiet" icon={Table2} aria-pressed={show === "table"} onClick={() => setShow("table")}>
            {t("run.metrics.table")}
          </Button>
        </span>
      </div>
      {metrics.length === 0 ? <p className={styles.count}>{t("run.nothing", { typed })}</p> : null}
      {show === "table" ? (
        <MetricTable run={run} metrics={metrics} />
      ) : (
        <>
          {curves.length === 0 ? null : <CurveControls view={view} onChange={changeView} />}
          <CardGrid groups={groups.filter(({ count }) => count > 0)} label={t("run.tab.metrics")} />
        </>
      )}
    </div>
  );
}

function NoMetrics({ isSystem }: { readonly isSystem: boolean }) {
  const { t } = useTranslation();
  if (isSystem) {
    return (
      <EmptyPlace
        icon={ChartLine}
        title={t("run.system.none.title")}
        why={t("run.system.none.why")}
        code={[
          {
            name: "mlflow",
            code: "# pip install psutil nvidia-ml-py\nmlflow.enable_system_metrics_logging()\nwith mlflow.start_run():\n    ...",
          },
        ]}
      />
    );
  }
  return (
    <EmptyPlace
      icon={ChartLine}
      title={t("run.metrics.none.title")}
      why={t("run.metrics.none.why")}
      code={[{ name: "mlflow", code: 'for step in range(100):\n    mlflow.log_metric("loss", loss, step=step)' }]}
    />
  );
}
