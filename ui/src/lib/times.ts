const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const RELATIVE_STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 365 * DAY],
  ["month", 30 * DAY],
  ["day", DAY],
  ["hour", HOUR],
  ["minute", MINUTE],
  ["second", SECOND],
];
const DURATION_STEPS: readonly (readonly [string, number])[] = [
  ["day", DAY],
  ["hour", HOUR],
  ["minute", MINUTE],
  ["second", SECOND],
];
/** Lengths of time that are easily read, for the marks of axes. */
export const LENGTHS: readonly number[] = [
  ...[1, 10, 100].flatMap((unit) => [unit, 2 * unit, 5 * unit]),
  ...[SECOND, MINUTE].flatMap((unit) => [1, 2, 5, 10, 15, 30].map((count) => count * unit)),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365, 3650].map((count) => count * DAY),
];
// The greatest moment that a Date can hold; clients may log any number.
const LAST_MOMENT = 8.64e15;

const formats = new Map<string, Intl.DateTimeFormat>();
const units = new Map<string, Intl.NumberFormat>();

/** How a moment is written. */
export interface TimeStyle {
  /** Whether seconds are told. */
  readonly seconds?: boolean;
  /** Whether the day alone is told. */
  readonly dayOnly?: boolean;
  /** Name of the time zone; the reader's own if left out. */
  readonly timeZone?: string;
}

/** Returns day and time of a moment, given in milliseconds since 1970 UTC. */
export function formatTime(moment: number, locale: string, style: TimeStyle = {}): string {
  if (!isMoment(moment)) return String(moment);
  const key = `${locale} ${style.seconds ?? false} ${style.dayOnly ?? false} ${style.timeZone ?? ""}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, {
      dateStyle: "medium",
      ...(style.dayOnly ? {} : { timeStyle: style.seconds ? "medium" : "short" }),
      ...(style.timeZone === undefined ? {} : { timeZone: style.timeZone }),
    });
    formats.set(key, format);
  }
  return format.format(moment);
}

/** Returns how long ago a moment was, or how far off it is, in its largest unit. */
export function formatRelative(moment: number, now: number, locale: string): string {
  const difference = moment - now;
  const size = Math.abs(difference);
  const [unit, length] = RELATIVE_STEPS.find(([, milliseconds]) => size >= milliseconds) ?? ["second", SECOND];
  const count = Math.trunc(difference / length);
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" }).format(count, unit);
}

/** Returns a length of time in its two largest units. */
export function formatDuration(milliseconds: number, locale: string): string {
  if (!Number.isFinite(milliseconds)) return String(milliseconds);
  const sign = milliseconds < 0 ? "−" : "";
  const length = Math.abs(milliseconds);
  if (length < SECOND) return sign + inUnit(Math.round(length), "millisecond", locale);
  if (length < 10 * SECOND) return sign + inUnit(Math.round(length / 100) / 10, "second", locale);
  // Rounded first: 59.9 seconds are a minute and no 60 seconds.
  let rest = Math.round(length / SECOND) * SECOND;
  const first = DURATION_STEPS.findIndex(([, step]) => rest >= step);
  const parts: string[] = [];
  for (const [unit, step] of DURATION_STEPS.slice(first, first + 2)) {
    const count = Math.floor(rest / step);
    rest -= count * step;
    if (count > 0) parts.push(inUnit(count, unit, locale));
  }
  return sign + parts.join(" ");
}

/** Returns a length of time that is easily read, as long as another one or longer. */
export function niceLength(milliseconds: number): number {
  const largest = LENGTHS.at(-1) ?? DAY;
  return LENGTHS.find((length) => length >= milliseconds) ?? Math.ceil(milliseconds / largest) * largest;
}

/** Tells whether a number of milliseconds since 1970 UTC is a moment that calendars have. */
export function isMoment(moment: number): boolean {
  return Number.isFinite(moment) && Math.abs(moment) <= LAST_MOMENT;
}

/** Returns a moment as ISO 8601 in UTC, for machines and for hovering. */
export function toIso(moment: number): string {
  return isMoment(moment) ? new Date(moment).toISOString() : String(moment);
}

function inUnit(count: number, unit: string, locale: string): string {
  const key = `${locale} ${unit}`;
  let format = units.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 });
    units.set(key, format);
  }
  return format.format(count);
}
