import { useEffect, useState } from "react";
import { axisText, type FigureAxis } from "../../../charts";
import { Checkbox, Select, TextField } from "../../../components";
import { useTranslation } from "../../../i18n";
import type { Limit, Limits } from "../../../lib/limits";
import styles from "./CompareMode.module.css";

/** What the fields for limits need. */
export interface LimitFieldsProps {
  readonly axes: readonly FigureAxis[];
  readonly limits: Limits;
  readonly onLimit: (axis: string, stretches: readonly Limit[]) => void;
  /** Axes that go by powers of ten. */
  readonly logAxes: readonly string[];
  /** Told of an axis that is to be the other way. */
  readonly onScale: (id: string) => void;
}

/** Marks stretches of axes by typing them, for whoever does not drag; chooses which axes are logarithmic. */
export function LimitFields({ axes, limits, onLimit, logAxes, onScale }: LimitFieldsProps) {
  const { t } = useTranslation();
  if (axes.length === 0) return null;
  return (
    <details>
      <summary className={styles.summary}>{t("compare.limits")}</summary>
      <div className={styles.limits}>
        {axes.map((axis) => {
          const isLog = logAxes.includes(axis.id);
          return (
            <fieldset key={axis.id} className={styles.limit}>
              <legend>
                <bdi title={axis.title}>{axis.title}</bdi>
              </legend>
              {axis.column.isNumeric ? (
                <NumberLimit axis={axis} limit={limits[axis.id]?.[0]} onLimit={onLimit} />
              ) : (
                <TextLimit axis={axis} limit={limits[axis.id]?.[0]} onLimit={onLimit} />
              )}
              {axis.column.isNumeric && axis.unit === "number" ? (
                <Checkbox label={t("compare.limits.log")} isChecked={isLog} onCheck={() => onScale(axis.id)} />
              ) : null}
            </fieldset>
          );
        })}
      </div>
    </details>
  );
}

interface LimitProps extends Pick<LimitFieldsProps, "onLimit"> {
  readonly axis: FigureAxis;
  readonly limit: Limit | undefined;
}

function NumberLimit({ axis, limit, onLimit }: LimitProps) {
  const { t } = useTranslation();
  const [least = 0, greatest = 0] = extentOf(axis);
  function set(from: number | null, to: number | null): void {
    onLimit(
      axis.id,
      from === null && to === null
        ? []
        : [[from ?? Math.min(least, to ?? least), to ?? Math.max(greatest, from ?? greatest)]],
    );
  }
  const from = limit === undefined || limit[0] <= least ? null : limit[0];
  const to = limit === undefined || limit[1] >= greatest ? null : limit[1];
  return (
    <>
      <NumberField label={t("compare.limits.from")} value={from} usual={least} onNumber={(next) => set(next, to)} />
      <NumberField label={t("compare.limits.to")} value={to} usual={greatest} onNumber={(next) => set(from, next)} />
    </>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: number | null;
  /** What holds where nothing is typed. */
  readonly usual: number;
  readonly onNumber: (next: number | null) => void;
}

/** A number that is taken over when it is left or Enter is pressed, not with every digit. */
function NumberField({ label, value, usual, onNumber }: NumberFieldProps) {
  const written = value === null ? "" : String(Number(value.toPrecision(6)));
  const [text, setText] = useState(written);
  useEffect(() => setText(written), [written]);
  function take(): void {
    if (text === written) return;
    const number = text.trim() === "" ? null : Number(text.replace(",", "."));
    if (number === null || Number.isFinite(number)) onNumber(number);
    else setText(written);
  }
  return (
    <TextField
      label={label}
      inputMode="decimal"
      placeholder={String(Number(usual.toPrecision(4)))}
      value={text}
      onText={setText}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === "Enter") take();
      }}
    />
  );
}

function TextLimit({ axis, limit, onLimit }: LimitProps) {
  const { t, locale } = useTranslation();
  const chosen = limit === undefined ? "" : String(Math.ceil(limit[0]));
  return (
    <Select
      label={t("compare.limits.only")}
      choices={[
        { value: "", text: t("compare.limits.all") },
        ...axis.column.texts.map((_, place) => ({ value: String(place), text: axisText(axis, place, locale) })),
      ]}
      value={chosen}
      onChoice={(value) => {
        const place = Number(value);
        // Half a place on both sides, so that it can be seen on the axis.
        onLimit(axis.id, value === "" ? [] : [[place - 0.4, place + 0.4]]);
      }}
    />
  );
}

function extentOf({ column }: FigureAxis): number[] {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const position of column.positions) {
    if (position === null) continue;
    least = Math.min(least, position);
    greatest = Math.max(greatest, position);
  }
  return least > greatest ? [] : [least, greatest];
}
