import { ChartLine, Search, Table2 } from "lucide-react";
import { useDeferredValue, useMemo } from "react";
import { Button, CardGrid, EmptyPlace, TextField } from "../../components";
import { useTranslation } from "../../i18n";
import { choiceCodec, textCodec } from "../../lib/codecs";
import { colourNumber } from "../../lib/colours";
import { matchScore } from "../../lib/matching";
import { formatCount } from "../../lib/numbers";
import { useUrlState } from "../../state";
import { CurveControls, useCurveView } from "../curves";
import { MetricCard } from "./MetricCard";
import { MetricTable } from "./MetricTable";
import { isLive, type Run } from "./runFacts";
import styles from "./Tab.module.css";

const searchCodec = textCodec();
const showCodec = choiceCodec(["charts", "table"], "charts");
const CARD_HEIGHT = 300;
const CARD_WIDTH = 380;

/** The metrics of a run: a curve each, or a table of their values; system metrics on a tab of their own. */
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
          <CurveControls view={view} onChange={changeView} />
          <CardGrid
            count={metrics.length}
            cardHeight={CARD_HEIGHT}
            leastWidth={CARD_WIDTH}
            label={t("run.tab.metrics")}
          >
            {(index) => {
              const metric = metrics[index];
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
            }}
          </CardGrid>
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
