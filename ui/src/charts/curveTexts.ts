import { formatFull, formatMetric } from "../lib/numbers";
import { formatDuration, formatTime } from "../lib/times";
import type { CurveAxis } from "./curveTypes";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Returns a place on the horizontal axis in words. */
export function positionText(x: number, axis: CurveAxis, locale: string): string {
  if (axis === "time") return formatTime(x, locale, { seconds: true });
  if (axis === "relative") return formatDuration(x, locale);
  return formatMetric(x, locale, 15);
}

/** Returns texts for the marks of the horizontal axis. */
export function tickTexts(marks: readonly (number | null)[], axis: CurveAxis, locale: string): string[] {
  if (axis === "relative")
    return marks.map((mark) => (mark === null ? "" : mark === 0 ? "0" : formatDuration(mark, locale)));
  if (axis === "step") return marks.map((mark) => (mark === null ? "" : formatMetric(mark, locale, 6)));
  const known = marks.filter((mark) => mark !== null);
  const between = Math.abs((known[1] ?? 0) - (known[0] ?? 0));
  const time = new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    ...(between < MINUTE ? { second: "2-digit" } : {}),
  });
  let shownDay = "";
  return marks.map((mark) => {
    if (mark === null) return "";
    const day = formatTime(mark, locale, { dayOnly: true });
    if (between >= DAY) return day;
    // The day stands below the first mark of each day.
    const text = day === shownDay ? time.format(mark) : `${time.format(mark)}\n${day}`;
    shownDay = day;
    return text;
  });
}

/** Returns a value for a mark of the vertical axis. */
export function valueTickText(mark: number | null, locale: string): string {
  return mark === null ? "" : formatMetric(mark, locale, 6);
}

/** Returns a value as it stands beside the cursor: digits that matter, with words for what is no number. */
export function readingText(value: number, locale: string): string {
  return Number.isFinite(value) ? formatMetric(value, locale, 6) : formatFull(value);
}
