import { useCallback, useMemo } from "react";
import { ColourLegend, colouringOf, parallelFigure } from "../../../charts";
import { Button } from "../../../components";
import { useTranslation } from "../../../i18n";
import { completeRuns, spansDecades } from "../../../lib/chartColumn";
import { listCodec } from "../../../lib/codecs";
import { isWithin, type Limit, limitsCodec, withLimit } from "../../../lib/limits";
import { formatCount } from "../../../lib/numbers";
import { useChangeUrl, useUrlState } from "../../../state";
import { FigurePanel, useFigureHeight } from "../../figures";
import { columnId, parseColumn } from "../columns";
import { AxisChoice } from "./AxisChoice";
import styles from "./CompareMode.module.css";
import type { CompareViewProps } from "./compareView";
import { FieldSelect } from "./FieldSelect";
import { fieldAxis, fieldColouring, fieldValues, missingNotes, usualAxes } from "./fields";
import { figureRows } from "./figureRows";
import { LimitFields } from "./LimitFields";
import { logAxes, otherScale } from "./logScales";
import { useField } from "./useField";

/** Each run as a line from axis to axis; a stretch marked on an axis leaves the runs within it. */
export function ParallelView({ compared, total, figureRuns, onRun }: CompareViewProps) {
  const { t, locale } = useTranslation();
  const figureHeight = useFigureHeight();
  const { runs } = compared;
  const [written, setAxes] = useUrlState("axes", listCodec);
  const [scales, setScales] = useUrlState("logaxes", listCodec);
  const [limits, setLimits] = useUrlState("limits", limitsCodec);
  const usual = useMemo(() => usualAxes(compared), [compared]);
  const fields = useMemo(
    () => (written.length === 0 ? usual : written.map(parseColumn).filter((field) => field !== null)),
    [written, usual],
  );
  const [colour, setColour] = useField("colour", fields.at(-1) ?? null);
  const changeUrl = useChangeUrl();
  const wide = useMemo(
    () => new Set(fields.filter((field) => spansDecades(fieldValues(field, runs))).map(columnId)),
    [fields, runs],
  );
  const content = useMemo(() => {
    const ids = fields.map(columnId);
    const logIds = logAxes(
      scales,
      ids.map((id) => [id, wide.has(id)]),
    );
    const axes = fields.map((field, place) => fieldAxis(field, runs, logIds.includes(ids[place] ?? ""), t));
    const { places, lacks } = completeRuns(
      axes.map(({ column }) => column),
      runs.length,
    );
    const colouring = colouringOf(colour === null ? null : fieldColouring(colour, runs, t));
    return {
      axes,
      logIds,
      places,
      lacks,
      colouring,
      draw: parallelFigure({ axes, runs: figureRuns, places, colouring }),
    };
  }, [fields, scales, wide, colour, runs, figureRuns, t]);
  const { axes, logIds, places, lacks, colouring, draw } = content;
  const within = useMemo(() => {
    const positions = new Map(axes.map(({ id, column }) => [id, column.positions]));
    // Limits of axes that are not shown now hold nobody back.
    const shown = Object.fromEntries(Object.entries(limits).filter(([axis]) => positions.has(axis)));
    return places.filter((place) => isWithin(shown, (axis) => positions.get(axis)?.[place]));
  }, [axes, places, limits]);
  const onLimit = useCallback(
    (axis: string, stretches: readonly Limit[]) => setLimits(withLimit(limits, axis, stretches), { replace: true }),
    [limits, setLimits],
  );
  const figureLimits = useMemo(() => ({ limits, onLimit }), [limits, onLimit]);
  const isLimited = within.length < places.length;

  function select(): void {
    const ids = within.flatMap((place) => runs[place]?.id ?? []);
    // Back brings the selection from before.
    changeUrl({ runs: listCodec.format(ids), limits: null });
  }
  const isDrawn = axes.length > 1 && places.length > 0;
  return (
    <div className={styles.view}>
      <AxisChoice compared={compared} fields={fields} onAxes={setAxes} />
      <div className={styles.controls}>
        <FieldSelect
          label={t("compare.colour")}
          compared={compared}
          value={colour}
          none={t("compare.colour.run")}
          onField={setColour}
        />
        <span className={styles.note} role="status">
          {isLimited
            ? t("compare.limits.within", {
                count: formatCount(within.length, locale),
                total: formatCount(places.length, locale),
              })
            : t("compare.limits.hint")}
        </span>
        {isLimited ? (
          <>
            <Button variant="primary" disabled={within.length === 0} onClick={select}>
              {t("compare.limits.select")}
            </Button>
            <Button onClick={() => setLimits({})}>{t("compare.limits.clear")}</Button>
          </>
        ) : null}
      </div>
      <FigurePanel
        title={t("compare.view.parallel")}
        draw={isDrawn ? draw : null}
        nothing={axes.length > 1 ? t("compare.parallel.nothing") : t("compare.parallel.axes")}
        height={figureHeight}
        data={figureRows(runs, within, fields, t)}
        shown={isDrawn ? places.length : 0}
        total={total}
        notes={missingNotes(
          lacks,
          axes.map(({ title }) => title),
          compared,
          t,
          locale,
        )}
        legend={isDrawn ? <ColourLegend colours={colouring.key} /> : null}
        limits={figureLimits}
        onRun={onRun}
      />
      <LimitFields
        axes={axes}
        limits={limits}
        onLimit={onLimit}
        logAxes={logIds}
        onScale={(id) => setScales(otherScale(scales, id, wide.has(id)))}
      />
    </div>
  );
}
