import { ChartColumn, ChartLine, Eye, LayoutGrid, Search } from "lucide-react";
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
import { CHART_SIZES, chartGroups, isLayout, MEASURES, shownKeys, USUAL_LAYOUT } from "./chartLayout";

const searchCodec = textCodec();
const SHOWN = ["both", "curves", "bars"] as const;
const BAR_VALUES = ["last", "min", "max"] as const;
const barCodec = choiceCodec(BAR_VALUES, "last");
// What the server answers at once, and more than can be told apart.
const MOST_RUNS = 100;
// What a card has beside its chart: title, legend, notes and margins.
const CURVE_FRAME = 138;
const BAR_FRAME = 118;
const SIGNS = { both: LayoutGrid, curves: ChartLine, bars: ChartColumn };

/** The metrics of several runs, a chart for each: curves of those that have some, bars of all others. */
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
  const isMixed = steppedKeys.size > 0 && steppedKeys.size < metricKeys.length;
  const offered = isMixed ? SHOWN : SHOWN.slice(1);
  const usualShow = isMixed ? "both" : steppedKeys.size > 0 ? "curves" : "bars";
  const show = offered.find((name) => name === chosenShow) ?? usualShow;
  const [barValue, setBarValue] = useUrlState("bars", barCodec);
  const [layout, setLayout] = useKept(`runs.charts.${experimentIds.join(",")}`, USUAL_LAYOUT, isLayout);
  const typed = useDeferredValue(search);
  const keys = useMemo(
    () => shownKeys(show !== "bars" ? steppedFirst(metricKeys, steppedKeys) : metricKeys, layout, typed),
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
  const groups = chartGroups(keys, (key) => show === "curves" || (show === "both" && steppedKeys.has(key)));
  const buttonsOf = (key: string) => ({
    metric: key,
    isFirst: layout.first.includes(key),
    isHidden: layout.hidden.includes(key),
    onHide: hide,
    onFirst: keepFirst,
  });
  const curveCard = (key: string) => (
    <CurveCard
      key={key}
      {...buttonsOf(key)}
      runs={curveRuns}
      view={view}
      onView={changeView}
      isLive={isLive}
      height={measures.height}
      mostPoints={measures.points}
      syncKey={experimentIds.join(",")}
    />
  );
  const barCard = (key: string) => (
    <BarCard
      key={key}
      {...buttonsOf(key)}
      compared={compared}
      runs={curveRuns}
      value={show === "bars" ? barValue : "last"}
      total={runIds.length}
      height={barHeight(runs.length)}
    />
  );
  return (
    <div className={styles.mode}>
      <div className={styles.controls}>
        <span className={styles.looks}>
          {offered.map((name) => (
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
        {show !== "bars" ? null : (
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
      {show !== "bars" ? <CurveControls view={view} onChange={changeView} /> : null}
      {runIds.length > MOST_RUNS ? (
        <p className={styles.note}>
          {t("runcharts.most", { most: MOST_RUNS, total: formatCount(runIds.length, locale) })}
        </p>
      ) : null}
      {compared.gone > 0 ? <p className={styles.note}>{t("figures.gone", { count: compared.gone })}</p> : null}
      {error === null ? null : <FailureNotice error={error} isKept onAgain={refetch} />}
      {keys.length === 0 ? <p className={styles.note}>{t("runcharts.nothing")}</p> : null}
      <CardGrid
        label={t("runs.mode.charts")}
        groups={groups.map(({ isCurves, keys: inside }, place) => ({
          key: `${place} ${isCurves}`,
          count: inside.length,
          cardHeight: isCurves ? measures.height + CURVE_FRAME : barHeight(runs.length) + BAR_FRAME,
          leastWidth: measures.width,
          card: (index) => {
            const key = inside[index];
            return key === undefined ? null : isCurves ? curveCard(key) : barCard(key);
          },
        }))}
      />
    </div>
  );
}

function steppedFirst(keys: readonly string[], stepped: ReadonlySet<string>): string[] {
  return [...keys.filter((key) => stepped.has(key)), ...keys.filter((key) => !stepped.has(key))];
}
