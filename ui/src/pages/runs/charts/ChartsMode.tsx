import { ChartColumn, ChartLine, Eye, Search } from "lucide-react";
import { useCallback, useDeferredValue, useEffect, useMemo } from "react";
import { barHeight, prepareCurves } from "../../../charts";
import { Button, CardGrid, EmptyPlace, FailureNotice, Select, Skeleton, TextField } from "../../../components";
import { useTranslation } from "../../../i18n";
import { choiceCodec, optionalCodec, textCodec } from "../../../lib/codecs";
import { formatCount } from "../../../lib/numbers";
import { toggled } from "../../../lib/selection";
import { useAnotherServer, useKept, useUrlState } from "../../../state";
import { CurveControls, useCurveView } from "../../curves";
import { useComparedRuns } from "../compared/useComparedRuns";
import type { ModeProps } from "../modes";
import { BarCard } from "./BarCard";
import styles from "./ChartsMode.module.css";
import { CurveCard } from "./CurveCard";
import { CHART_SIZES, isLayout, MEASURES, shownKeys, USUAL_LAYOUT } from "./chartLayout";

const searchCodec = textCodec();
const SHOWN = ["curves", "bars"] as const;
const BAR_VALUES = ["last", "min", "max"] as const;
const barCodec = choiceCodec(BAR_VALUES, "last");
// What the server answers at once, and more than can be told apart.
const MOST_RUNS = 100;
// What a card has beside its chart: title, legend, notes and margins.
const CURVE_FRAME = 138;
const BAR_FRAME = 118;
const SIGNS = { curves: ChartLine, bars: ChartColumn };

/** The metrics of several runs: curves or bars, a chart for each metric. */
export default function ChartsMode({ runIds, experimentIds }: ModeProps) {
  const { t, locale } = useTranslation();
  const { lacks } = useAnotherServer();
  const shownIds = useMemo(() => runIds.slice(0, MOST_RUNS), [runIds]);
  const compared = useComparedRuns(shownIds, experimentIds);
  const { runs, colours, metricKeys, steppedKeys, isLive, isPending, error, refetch } = compared;
  const [view, changeView] = useCurveView();
  const [search, setSearch] = useUrlState("find", searchCodec);
  const [chosenShow, setShow] = useUrlState("show", optionalCodec);
  // Of metrics that were logged once, bars say more than points.
  const show = SHOWN.find((name) => name === chosenShow) ?? (steppedKeys.size > 0 ? "curves" : "bars");
  const [barValue, setBarValue] = useUrlState("bars", barCodec);
  const [layout, setLayout] = useKept(`runs.charts.${experimentIds.join(",")}`, USUAL_LAYOUT, isLayout);
  const typed = useDeferredValue(search);
  const keys = useMemo(
    () => shownKeys(show === "curves" ? steppedFirst(metricKeys, steppedKeys) : metricKeys, layout, typed),
    [show, metricKeys, steppedKeys, layout, typed],
  );
  useEffect(prepareCurves, []);
  // Live runs are read anew all the time; what charts need of them stays the same.
  const described = JSON.stringify(runs.map(({ id, name, start }) => [id, name, start]));
  const curveRuns = useMemo(
    () =>
      (JSON.parse(described) as [string, string, number | null][]).map(([id, name, origin]) => ({
        id,
        name,
        origin,
        colour: colours.get(id) ?? 1,
      })),
    [described, colours],
  );
  const hide = useCallback(
    (key: string) => setLayout({ ...layout, hidden: toggled(layout.hidden, key) }),
    [layout, setLayout],
  );
  const keepFirst = useCallback(
    (key: string) => setLayout({ ...layout, first: toggled(layout.first, key) }),
    [layout, setLayout],
  );
  if (isPending) return error === null ? <Skeleton lines={14} /> : <FailureNotice error={error} onAgain={refetch} />;
  if (runs.length === 0 || metricKeys.length === 0) {
    return (
      <>
        {error === null ? null : <FailureNotice error={error} onAgain={refetch} />}
        <EmptyPlace
          icon={ChartLine}
          title={runs.length === 0 ? t("compare.none.title") : t("runcharts.none.title")}
          why={runs.length === 0 ? t("compare.none.why") : t("runcharts.none.why", { count: runs.length })}
        />
      </>
    );
  }
  const measures = MEASURES[layout.size];
  const isCurves = show === "curves";
  const height = isCurves ? measures.height : barHeight(runs.length);
  return (
    <div className={styles.mode}>
      <div className={styles.controls}>
        <span className={styles.looks}>
          {SHOWN.map((name) => (
            <Button
              key={name}
              variant={name === show ? "plain" : "quiet"}
              icon={SIGNS[name]}
              aria-pressed={name === show}
              onClick={() => setShow(name)}
            >
              {t(`runcharts.show.${name}`)}
            </Button>
          ))}
        </span>
        <TextField
          label={t("runcharts.search")}
          isLabelHidden
          icon={Search}
          type="search"
          placeholder={t("runcharts.search")}
          value={search}
          onText={(text) => setSearch(text, { replace: true })}
        />
        <span className={styles.choice}>
          <span aria-hidden="true">{t("runcharts.size")}</span>
          <Select
            label={t("runcharts.size")}
            isLabelHidden
            choices={CHART_SIZES.map((size) => ({ value: size, text: t(`runcharts.size.${size}`) }))}
            value={layout.size}
            onChoice={(size) => setLayout({ ...layout, size })}
          />
        </span>
        {isCurves ? null : (
          <span className={styles.choice}>
            <span aria-hidden="true">{t("runs.values")}</span>
            <Select
              label={t("runs.values")}
              isLabelHidden
              choices={BAR_VALUES.filter((value) => value === "last" || !lacks("metric_summaries")).map((value) => ({
                value,
                text: t(`runs.values.${value}`),
              }))}
              value={barValue}
              onChoice={setBarValue}
            />
          </span>
        )}
        {layout.hidden.length === 0 ? null : (
          <Button variant="quiet" icon={Eye} onClick={() => setLayout({ ...layout, hidden: [] })}>
            {t("runcharts.unhide", { count: layout.hidden.length })}
          </Button>
        )}
        <span className={styles.note} role="status">
          {t("runcharts.count", {
            shown: formatCount(keys.length, locale),
            total: formatCount(metricKeys.length, locale),
            runs: runs.length,
          })}
        </span>
        {isLive ? <span className={styles.live}>● {t("runs.live")}</span> : null}
      </div>
      {isCurves ? <CurveControls view={view} onChange={changeView} /> : null}
      {runIds.length > MOST_RUNS ? (
        <p className={styles.note}>
          {t("runcharts.most", { most: MOST_RUNS, total: formatCount(runIds.length, locale) })}
        </p>
      ) : null}
      {compared.gone > 0 ? <p className={styles.note}>{t("figures.gone", { count: compared.gone })}</p> : null}
      {error === null ? null : <FailureNotice error={error} isKept onAgain={refetch} />}
      {keys.length === 0 ? <p className={styles.note}>{t("runcharts.nothing")}</p> : null}
      <CardGrid
        count={keys.length}
        cardHeight={height + (isCurves ? CURVE_FRAME : BAR_FRAME)}
        leastWidth={measures.width}
        label={t("runs.mode.charts")}
      >
        {(index) => {
          const key = keys[index];
          if (key === undefined) return null;
          const layoutButtons = {
            metric: key,
            isFirst: layout.first.includes(key),
            isHidden: layout.hidden.includes(key),
            onHide: hide,
            onFirst: keepFirst,
          };
          return isCurves ? (
            <CurveCard
              key={key}
              {...layoutButtons}
              runs={curveRuns}
              view={view}
              onView={changeView}
              isLive={isLive}
              height={height}
              mostPoints={measures.points}
              syncKey={experimentIds.join(",")}
            />
          ) : (
            <BarCard
              key={key}
              {...layoutButtons}
              compared={compared}
              runs={curveRuns}
              value={barValue}
              total={runIds.length}
              height={height}
            />
          );
        }}
      </CardGrid>
    </div>
  );
}

function steppedFirst(keys: readonly string[], stepped: ReadonlySet<string>): string[] {
  return [...keys.filter((key) => stepped.has(key)), ...keys.filter((key) => !stepped.has(key))];
}
