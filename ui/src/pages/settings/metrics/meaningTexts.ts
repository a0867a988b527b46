import type { Translate } from "../../../i18n";
import { formatMetric } from "../../../lib/numbers";
import type { ShownMeaning } from "./meaningDraft";

// Of these nothing is written behind a number.
const SILENT_UNITS: ReadonlySet<string> = new Set(["none", "fraction"]);
const PERCENT = "percent";

/** Returns a stored number as it is shown: in the unit in which people read it. */
export function shownNumber(value: number, meaning: ShownMeaning, locale: string): string {
  if (meaning.scale === null) return formatMetric(value, locale);
  const number = formatMetric(value * meaning.scale, locale);
  if (SILENT_UNITS.has(meaning.unit)) return number;
  return `${number}\u00A0${meaning.unit === PERCENT ? "%" : meaning.unit}`;
}

/** Returns the name of a unit. */
export function unitName(unit: string, t: Translate): string {
  if (unit === "fraction" || unit === "percent" || unit === "none") return t(`meanings.unit.${unit}`);
  return unit;
}

/** Returns thresholds as they were logged, in one line. */
export function thresholdsText(thresholds: readonly number[], locale: string): string {
  return thresholds.map((threshold) => formatMetric(threshold, locale)).join(" · ");
}
