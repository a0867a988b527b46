import { useTranslation } from "../i18n";
import { classes } from "../lib/classes";
import styles from "./CurveReadout.module.css";
import type { OddPoint, PlottedCurve, PlottedCurves } from "./curveData";
import { positionText, readingText } from "./curveTexts";
import type { CurveView } from "./curveTypes";

const MOST = 6;

/** Where the cursor of a chart is. */
export interface Reading {
  /** Place on the axis, as its number among all. */
  readonly place: number;
  /** Of each column that is drawn, the place of the point next to the cursor; null if there is none. */
  readonly places: readonly (number | null)[];
  /** Value at the height of the pointer. */
  readonly level: number | null;
}

interface Item {
  readonly curve: PlottedCurve;
  readonly value: number | null;
  readonly smoothed: number | null;
}

/** What a line below a chart needs. */
export interface CurveReadoutProps {
  readonly plotted: PlottedCurves;
  readonly view: CurveView;
  readonly reading: Reading | null;
  /** Whether curves are named, although there is one. */
  readonly isNamed: boolean;
}

/** The curves of a chart by colour and name, with their values at the cursor: those nearest to the pointer first. */
export function CurveReadout({ plotted, view, reading, isNamed }: CurveReadoutProps) {
  const { t, locale } = useTranslation();
  const items = plotted.curves.map((curve, place) => itemAt(curve, plotted, place, reading));
  const level = reading?.level ?? null;
  const sorted =
    level === null || items.length <= MOST
      ? items
      : items.toSorted((one, other) => away(one, level) - away(other, level));
  const x = reading === null ? undefined : plotted.xs[reading.place];
  const isSingle = items.length === 1 && !isNamed;
  return (
    <div className={classes(styles.readout, isSingle && styles.single)} aria-hidden="true">
      <span className={styles.place}>
        {x === undefined
          ? isSingle
            ? null
            : t(`curves.axis.${view.axis}`)
          : view.axis === "step"
            ? t("charts.step", { step: positionText(x, "step", locale) })
            : positionText(x, view.axis, locale)}
      </span>
      {sorted.slice(0, MOST).map(({ curve, value, smoothed }) => (
        <span key={curve.curve.id} className={styles.item}>
          {isSingle && value === null ? null : <Swatch number={curve.curve.colour} dash={curve.curve.dash} />}
          {isSingle ? null : <bdi className={styles.name}>{curve.curve.name}</bdi>}
          {value === null ? null : <span className={styles.value}>{readingText(value, locale)}</span>}
          {smoothed === null ? null : (
            <span className={styles.soft}>{t("charts.smoothed", { value: readingText(smoothed, locale) })}</span>
          )}
        </span>
      ))}
      {items.length > MOST ? (
        <span className={styles.soft}>{t("charts.more", { count: items.length - MOST })}</span>
      ) : null}
    </div>
  );
}

/** The colour and the dashes of a curve. */
export function Swatch({ number, dash = 0 }: { readonly number: number; readonly dash?: number }) {
  return (
    <span
      className={classes(styles.swatch, dash > 0 && styles.dashed)}
      style={{ borderTopColor: `var(--data-${number})` }}
      aria-hidden="true"
    />
  );
}

function itemAt(curve: PlottedCurve, plotted: PlottedCurves, place: number, reading: Reading | null): Item {
  if (reading === null) return { curve, value: null, smoothed: null };
  const columns = curve.smoothed === null ? 1 : 2;
  const at = reading.places[1 + place * columns];
  const x = plotted.xs[reading.place] ?? Number.NaN;
  const value = at == null ? null : (curve.values[at] ?? oddAt(curve.odd, x));
  const smoothedAt = columns === 2 ? reading.places[2 + place * columns] : null;
  return { curve, value, smoothed: smoothedAt == null ? null : (curve.smoothed?.[smoothedAt] ?? null) };
}

function oddAt(odd: readonly OddPoint[], x: number): number | null {
  return odd.find((point) => point.x === x)?.value ?? null;
}

function away({ value, smoothed }: Item, level: number): number {
  const shown = smoothed ?? value;
  return shown === null || !Number.isFinite(shown) ? Number.POSITIVE_INFINITY : Math.abs(shown - level);
}
