import { ZoomOut } from "lucide-react";
import { useId } from "react";
import { CURVE_AXES, type CurveView } from "../../charts";
import { Button, Checkbox, Select } from "../../components";
import { useTranslation } from "../../i18n";
import { formatMetric } from "../../lib/numbers";
import styles from "./CurveControls.module.css";
import type { ChangeCurveView } from "./useCurveView";

/** What the controls of curves need. */
export interface CurveControlsProps {
  readonly view: CurveView;
  readonly onChange: ChangeCurveView;
}

/** Chooses how all curves of a page are looked at: axis, smoothing, logarithmic scales; leads out of a zoom. */
export function CurveControls({ view, onChange }: CurveControlsProps) {
  const { t, locale } = useTranslation();
  const id = useId();
  return (
    <div className={styles.controls}>
      <span className={styles.axis}>
        <span aria-hidden="true">{t("curves.axis")}</span>
        <Select
          label={t("curves.axis")}
          isLabelHidden
          choices={CURVE_AXES.map((axis) => ({ value: axis, text: t(`curves.axis.${axis}`) }))}
          value={view.axis}
          onChoice={(axis) => onChange({ axis })}
        />
      </span>
      <label htmlFor={id} className={styles.smoothing}>
        <span>{t("curves.smoothing")}</span>
        <input
          id={id}
          type="range"
          min={0}
          max={0.99}
          step={0.01}
          value={view.smoothing}
          onChange={(event) => onChange({ smoothing: Number(event.target.value) })}
        />
        <output className={styles.weight}>{formatMetric(view.smoothing, locale)}</output>
      </label>
      <Checkbox
        label={t("curves.logX")}
        isChecked={view.isLogX}
        // Of moments a logarithm says nothing.
        isDisabled={view.axis === "time"}
        onCheck={(isLogX) => onChange({ isLogX })}
      />
      <Checkbox label={t("curves.logY")} isChecked={view.isLogY} onCheck={(isLogY) => onChange({ isLogY })} />
      <Button variant="quiet" icon={ZoomOut} disabled={view.range === null} onClick={() => onChange({ range: null })}>
        {t("curves.zoomOut")}
      </Button>
    </div>
  );
}
