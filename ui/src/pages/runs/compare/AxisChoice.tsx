import { ChevronLeft, ChevronRight, X } from "lucide-react";
import { IconButton } from "../../../components";
import { useTranslation } from "../../../i18n";
import { type ColumnName, columnId } from "../columns";
import type { ComparedRuns } from "../compared/useComparedRuns";
import styles from "./CompareMode.module.css";
import { FieldSelect } from "./FieldSelect";
import { fieldTitle } from "./fields";

/** What a choice of axes needs. */
export interface AxisChoiceProps {
  readonly compared: ComparedRuns;
  /** The axes, from left to right. */
  readonly fields: readonly ColumnName[];
  readonly onAxes: (ids: readonly string[]) => void;
}

/** Chooses which axes there are, and in which order. */
export function AxisChoice({ compared, fields, onAxes }: AxisChoiceProps) {
  const { t } = useTranslation();
  const ids = fields.map(columnId);
  function moved(place: number, by: number): string[] {
    const next = ids.filter((_, other) => other !== place);
    next.splice(place + by, 0, ids[place] ?? "");
    return next;
  }
  return (
    <div role="group" aria-label={t("compare.axes")} className={styles.axes}>
      <span className={styles.note}>{t("compare.axes")}</span>
      {fields.map((field, place) => {
        const name = fieldTitle(field, t);
        return (
          <span key={columnId(field)} className={styles.axis}>
            <bdi className={styles.axisName} title={name}>
              {name}
            </bdi>
            <IconButton
              icon={ChevronLeft}
              label={t("compare.axes.back", { name })}
              disabled={place === 0}
              onClick={() => onAxes(moved(place, -1))}
            />
            <IconButton
              icon={ChevronRight}
              label={t("compare.axes.forward", { name })}
              disabled={place === fields.length - 1}
              onClick={() => onAxes(moved(place, 1))}
            />
            <IconButton
              icon={X}
              label={t("compare.axes.remove", { name })}
              onClick={() => onAxes(ids.filter((_, other) => other !== place))}
            />
          </span>
        );
      })}
      <FieldSelect
        label={t("compare.axes.add")}
        compared={compared}
        value={null}
        none={t("compare.axes.none")}
        isLoggedAlone
        onField={(id) => {
          if (id !== "" && !ids.includes(id)) onAxes([...ids, id]);
        }}
      />
    </div>
  );
}
