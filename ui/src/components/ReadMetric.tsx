import type { MetricReadingMessage } from "../api";
import { useTranslation } from "../i18n";
import { formatFull, formatMetric, toNumber, type WireNumber } from "../lib/numbers";
import { type Band, BandMark } from "./BandMark";
import { Nothing } from "./Values";
import styles from "./Values.module.css";

const PERCENT = "percent";
// Of these nothing is written behind the number.
const SILENT_UNITS: ReadonlySet<string> = new Set(["none", "fraction"]);

/** What a value with its meaning needs. */
export interface ReadMetricProps {
  readonly value: WireNumber | null;
  readonly reading: MetricReadingMessage;
  readonly band?: Band | null;
  /** Whether the band is shown by its bars alone, as in tables. */
  readonly isShort?: boolean;
}

/** A value of a metric in the unit in which people read it, with how good it is; as it was logged on hover. */
export function ReadMetric({ value, reading, band = null, isShort = false }: ReadMetricProps) {
  const { locale } = useTranslation();
  if (value === null) return <Nothing />;
  // As long as the scale is ambiguous, the number stands as it was logged and without a unit.
  const shown = formatMetric(reading.scale === null ? value : toNumber(value) * reading.scale, locale);
  const full = formatFull(value);
  return (
    <span className={styles.read}>
      <data value={full} title={full} className={styles.number}>
        {shown}
        {reading.scale === null ? "" : unitText(reading.unit)}
      </data>
      {band === null ? null : <BandMark band={band} isSignAlone={isShort} />}
    </span>
  );
}

function unitText(unit: string): string {
  if (SILENT_UNITS.has(unit)) return "";
  return unit === PERCENT ? "\u00A0%" : `\u00A0${unit}`;
}
