import { useMemo } from "react";
import { axisText, ColourLegend, colouringOf, scatterFigure } from "../../../charts";
import { Checkbox } from "../../../components";
import { useTranslation } from "../../../i18n";
import { completeRuns } from "../../../lib/chartColumn";
import { useChangeUrl } from "../../../state";
import { FigurePanel, useFigureHeight } from "../../figures";
import styles from "./CompareMode.module.css";
import type { CompareViewProps } from "./compareView";
import { FieldSelect } from "./FieldSelect";
import { fieldAxis, fieldColouring, missingNotes, tellingFields } from "./fields";
import { figureRows } from "./figureRows";
import { useField } from "./useField";
import { useLogScale } from "./useLogScale";

/** Runs as points over two axes, coloured by a third field. */
export function ScatterView({ compared, total, figureRuns, onRun }: CompareViewProps) {
  const { t, locale } = useTranslation();
  const figureHeight = useFigureHeight();
  const { runs } = compared;
  const params = useMemo(() => tellingFields(compared, "param"), [compared]);
  const metrics = useMemo(() => tellingFields(compared, "metric"), [compared]);
  const [across] = useField("across", params[0] ?? metrics[1] ?? null);
  const [up] = useField("up", metrics[0] ?? params[1] ?? null);
  const [colour, setColour] = useField("colour", null);
  const [isLogAcross, setLogAcross] = useLogScale("logacross", across, runs);
  const [isLogUp, setLogUp] = useLogScale("logup", up, runs);
  const changeUrl = useChangeUrl();
  const content = useMemo(() => {
    if (across === null || up === null) return null;
    const axes = [fieldAxis(across, runs, isLogAcross, t), fieldAxis(up, runs, isLogUp, t)] as const;
    const { places, lacks } = completeRuns(
      axes.map(({ column }) => column),
      runs.length,
    );
    const colourAxis = colour === null ? null : fieldAxis(colour, runs, false, t);
    const colouring = colouringOf(colour === null ? null : fieldColouring(colour, runs, t));
    const more = (place: number, language: string) => {
      const position = colourAxis?.column.positions[place] ?? null;
      return colourAxis === null || position === null
        ? ""
        : `${colourAxis.title}: ${axisText(colourAxis, position, language)}`;
    };
    return {
      axes,
      places,
      lacks,
      colouring,
      draw: scatterFigure({ across: axes[0], up: axes[1], runs: figureRuns, places, colouring, more }),
    };
  }, [across, up, colour, runs, isLogAcross, isLogUp, figureRuns, t]);
  const fields = [across, up, colour].filter((field) => field !== null);
  const titles = content?.axes.map(({ title }) => title) ?? [];
  const isEmpty = content === null || content.places.length === 0;
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
          onField={(id) => changeUrl({ up: id, logup: null })}
        />
        <Checkbox label={t("compare.logUp")} isChecked={isLogUp} onCheck={setLogUp} />
        <FieldSelect
          label={t("compare.colour")}
          compared={compared}
          value={colour}
          none={t("compare.colour.run")}
          onField={setColour}
        />
      </div>
      <FigurePanel
        title={
          titles.length === 2
            ? t("compare.scatter.title", { across: titles[0] ?? "", up: titles[1] ?? "" })
            : t("compare.view.scatter")
        }
        draw={isEmpty ? null : content.draw}
        nothing={t("compare.scatter.nothing")}
        height={figureHeight}
        data={figureRows(runs, content?.places ?? [], fields, t)}
        shown={content?.places.length ?? 0}
        total={total}
        notes={missingNotes(content?.lacks ?? [], titles, compared, t, locale)}
        legend={content === null ? null : <ColourLegend colours={content.colouring.key} />}
        onRun={onRun}
      />
    </div>
  );
}
