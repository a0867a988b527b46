import type { PlottedCurves } from "../../charts";
import { useTranslation } from "../../i18n";
import { formatCount } from "../../lib/numbers";
import styles from "./CurveNotes.module.css";

/** What the line below a chart needs. */
export interface CurveNotesProps {
  readonly plotted: PlottedCurves;
  /** How many curves cannot be shown, because points of them are damaged. */
  readonly damaged: number;
  /** How many of the runs are not there any more. */
  readonly unknownRuns: number;
}

/** Says what a chart does not show: points left out, values that are no numbers, curves that are damaged. */
export function CurveNotes({ plotted, damaged, unknownRuns }: CurveNotesProps) {
  const { t, locale } = useTranslation();
  const { shown, total, nanCount, infiniteCount, offLogCount } = plotted;
  const number = (count: number) => formatCount(count, locale);
  const notes = [
    total > shown && t("curves.note.thinned", { shown: number(shown), total: number(total) }),
    nanCount > 0 && t("curves.note.nan", { count: number(nanCount) }),
    infiniteCount > 0 && t("curves.note.infinite", { count: number(infiniteCount) }),
    offLogCount > 0 && t("curves.note.offLog", { count: number(offLogCount) }),
    damaged > 0 && t("curves.note.damaged", { count: number(damaged) }),
    unknownRuns > 0 && t("curves.note.gone", { count: number(unknownRuns) }),
  ].filter((note) => note !== false);
  const text = notes.join(" · ");
  return (
    <p className={styles.notes} title={text}>
      {text}
    </p>
  );
}
