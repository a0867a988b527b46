import { useMemo } from "react";
import { ColourLegend, colouringOf, contourFigure } from "../../../charts";
import { Checkbox } from "../../../components";
import { useTranslation } from "../../../i18n";
import { completeRuns } from "../../../lib/chartColumn";
import { useChangeUrl } from "../../../state";
import { FigurePanel, useFigureHeight } from "../../figures";
import styles from "./CompareMode.module.css";
import type { CompareViewProps } from "./compareView";
import { FieldSelect } from "./FieldSelect";
import { fieldAxis, missingNotes, tellingFields } from "./fields";
import { figureRows } from "./figureRows";
import { useField } from "./useField";
import { useLogScale } from "./useLogScale";

/** A metric over the plane of two params, as bands of equal height. */
export function ContourView({ compared, total, figureRuns, onRun }: CompareViewProps) {
  const { t, locale } = useTranslation();
  const figureHeight = useFigureHeight();
  const { runs } = compared;
  const params = useMemo(() => tellingFields(compared, "param"), [compared]);
  const metrics = useMemo(() => tellingFields(compared, "metric"), [compared]);
  const [across] = useField("across", params[0] ?? metrics[1] ?? null);
  const [up] = useField("contourup", params[1] ?? metrics[2] ?? null);
  const [height, setHeight] = useField("height", metrics[0] ?? null);
  const [isLogAcross, setLogAcross] = useLogScale("logacross", across, runs);
  const [isLogUp, setLogUp] = useLogScale("logup", up, runs);
  const changeUrl = useChangeUrl();
  const content = useMemo(() => {
    if (across === null || up === null || height === null) return null;
    const axes = [
      fieldAxis(across, runs, isLogAcross, t),
      fieldAxis(up, runs, isLogUp, t),
      fieldAxis(height, runs, false, t),
    ] as const;
    const { places, lacks } = completeRuns(
      axes.map(({ column }) => column),
      runs.length,
    );
    const [acrossAxis, upAxis, heightAxis] = axes;
    const shownValues = places.map((place) => heightAxis.column.positions[place] ?? null);
    const colouring = colouringOf({ title: heightAxis.title, values: shownValues, unit: heightAxis.unit });
    // Texts have no height.
    const isDrawable = heightAxis.column.isNumeric;
    const draw = isDrawable
      ? contourFigure({ across: acrossAxis, up: upAxis, height: heightAxis, runs: figureRuns, places })
      : null;
    return { axes, places, lacks, colouring, draw };
  }, [across, up, height, runs, isLogAcross, isLogUp, figureRuns, t]);
  const fields = [across, up, height].filter((field) => field !== null);
  const titles = content?.axes.map(({ title }) => title) ?? [];
  const draw = content?.draw ?? null;
  return (
    <div className={styles.view}>
      <div className={styles.controls}>
        <FieldSelect
          label={t("compare.across")}
          compared={compared}
          value={across}
          onField={(id) => changeUrl({ across: id, logacross: null })}
        />
        <Checkbox label={t("compare.logAcross")} isChecked={isLogAcross} onCheck={setLogAcross} />
        <FieldSelect
          label={t("compare.up")}
          compared={compared}
          value={up}
          onField={(id) => changeUrl({ contourup: id, logup: null })}
        />
        <Checkbox label={t("compare.logUp")} isChecked={isLogUp} onCheck={setLogUp} />
        <FieldSelect label={t("compare.height")} compared={compared} value={height} onField={setHeight} />
      </div>
      <FigurePanel
        title={
          titles.length === 3
            ? t("compare.contour.title", { across: titles[0] ?? "", up: titles[1] ?? "", height: titles[2] ?? "" })
            : t("compare.view.contour")
        }
        draw={draw}
        nothing={t("compare.contour.nothing")}
        height={figureHeight}
        data={figureRows(runs, content?.places ?? [], fields, t)}
        shown={draw === null ? 0 : (content?.places.length ?? 0)}
        total={total}
        notes={[
          ...missingNotes(content?.lacks ?? [], titles, compared, t, locale),
          ...(draw === null ? [] : [t("compare.contour.note")]),
        ]}
        legend={draw === null || content === null ? null : <ColourLegend colours={content.colouring.key} />}
        onRun={onRun}
      />
    </div>
  );
}
