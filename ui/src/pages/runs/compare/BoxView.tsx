import { useMemo } from "react";
import { axisText, type BoxGroup, boxFigure, type FigureAxis } from "../../../charts";
import { Checkbox } from "../../../components";
import { type Translate, useTranslation } from "../../../i18n";
import { type CompleteRuns, completeRuns, textColumn } from "../../../lib/chartColumn";
import { boxOf } from "../../../lib/quartiles";
import { useChangeUrl } from "../../../state";
import { type FigureData, FigurePanel, useFigureHeight } from "../../figures";
import styles from "./CompareMode.module.css";
import type { CompareViewProps } from "./compareView";
import { FieldSelect } from "./FieldSelect";
import { fieldAxis, fieldValues, missingNotes, tellingFields } from "./fields";
import { useField } from "./useField";
import { useLogScale } from "./useLogScale";

/** A metric in groups of runs that share a param: the middle half as a box, what lies far off as points. */
export function BoxView({ compared, total, figureRuns, onRun }: CompareViewProps) {
  const { t, locale } = useTranslation();
  const figureHeight = useFigureHeight();
  const { runs } = compared;
  const params = useMemo(() => tellingFields(compared, "param"), [compared]);
  const metrics = useMemo(() => tellingFields(compared, "metric"), [compared]);
  const [group, setGroup] = useField("boxgroup", params[0] ?? null);
  const [value] = useField("boxvalue", metrics[0] ?? null);
  const [isLog, setLog] = useLogScale("logup", value, runs);
  const changeUrl = useChangeUrl();
  const content = useMemo(() => {
    if (group === null || value === null) return null;
    const across = { ...fieldAxis(group, runs, false, t), column: textColumn(fieldValues(group, runs)) };
    const up = fieldAxis(value, runs, isLog, t);
    // Texts have no quartiles.
    if (!up.column.isNumeric) return null;
    const complete = completeRuns([across.column, up.column], runs.length);
    const groups = boxGroups(across, up, complete, t, locale);
    return { across, up, complete, groups, draw: boxFigure({ across, up, groups, runs: figureRuns }) };
  }, [group, value, runs, isLog, figureRuns, t, locale]);
  const titles = content === null ? [] : [content.across.title, content.up.title];
  const isEmpty = content === null || content.groups.length === 0;
  return (
    <div className={styles.view}>
      <div className={styles.controls}>
        <FieldSelect label={t("compare.group")} compared={compared} value={group} onField={setGroup} />
        <FieldSelect
          label={t("compare.up")}
          compared={compared}
          value={value}
          onField={(id) => changeUrl({ boxvalue: id, logup: null })}
        />
        <Checkbox label={t("compare.logUp")} isChecked={isLog} onCheck={setLog} />
      </div>
      <FigurePanel
        title={
          titles.length === 2
            ? t("compare.box.title", { group: titles[0] ?? "", value: titles[1] ?? "" })
            : t("compare.view.box")
        }
        draw={isEmpty ? null : content.draw}
        nothing={t("compare.box.nothing")}
        height={figureHeight}
        data={boxData(content?.groups ?? [], t)}
        shown={content?.complete.places.length ?? 0}
        total={total}
        notes={missingNotes(content?.complete.lacks ?? [], titles, compared, t, locale)}
        onRun={onRun}
      />
    </div>
  );
}

function boxGroups(
  across: FigureAxis,
  up: FigureAxis,
  { places }: CompleteRuns,
  t: Translate,
  locale: string,
): BoxGroup[] {
  return across.column.texts.flatMap((text, group) => {
    const own = places.filter((place) => across.column.positions[place] === group);
    const box = boxOf(own.map((place) => up.column.positions[place] ?? 0));
    if (box === null) return [];
    const words = t("compare.box.words", {
      group: text,
      count: box.count,
      median: axisText(up, box.median, locale),
      low: axisText(up, box.firstQuartile, locale),
      high: axisText(up, box.thirdQuartile, locale),
    });
    return [{ text, box, words, places: own }];
  });
}

function boxData(groups: readonly BoxGroup[], t: Translate): FigureData {
  return {
    columns: [
      { name: "group", title: t("compare.group") },
      { name: "runs", title: t("compare.box.runs") },
      { name: "low", title: t("compare.box.low") },
      { name: "first_quartile", title: t("compare.box.firstQuartile") },
      { name: "median", title: t("compare.box.median") },
      { name: "third_quartile", title: t("compare.box.thirdQuartile") },
      { name: "high", title: t("compare.box.high") },
      { name: "outliers", title: t("compare.box.outliers") },
    ],
    rows: groups.map(({ text, box }) => ({
      id: text,
      runId: null,
      cells: [
        text,
        box.count,
        box.low,
        box.firstQuartile,
        box.median,
        box.thirdQuartile,
        box.high,
        box.outliers.length,
      ],
    })),
  };
}
