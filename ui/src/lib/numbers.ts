const DIGITS = 5;
// Beyond these, digits before or behind the point say less than a power of ten does.
const LARGEST_PLAIN = 1e9;
const SMALLEST_PLAIN = 1e-4;

const formats = new Map<string, Intl.NumberFormat>();

/** A number as answers write it: NaN and infinities come as text. */
export type WireNumber = number | string;

/** Returns the number that an answer means. */
export function toNumber(value: WireNumber): number {
  // `Number` knows "NaN", "Infinity" and "-Infinity" by the same names as the wire does.
  return typeof value === "number" ? value : Number(value);
}

/** Returns a value of a metric with the digits that matter, as the reader's language writes numbers. */
export function formatMetric(value: WireNumber, locale: string, digits: number = DIGITS): string {
  const number = toNumber(value);
  if (Number.isNaN(number)) return "NaN";
  if (!Number.isFinite(number)) return number > 0 ? "∞" : "−∞";
  const size = Math.abs(number);
  const isPlain = number === 0 || (size >= SMALLEST_PLAIN && size < LARGEST_PLAIN);
  if (!isPlain) return format(locale, { notation: "scientific", maximumSignificantDigits: digits }).format(number);
  // Whole numbers are counts more often than measures: none of their digits goes.
  if (Number.isInteger(number)) return format(locale, { maximumFractionDigits: 0 }).format(number);
  return format(locale, { maximumSignificantDigits: digits }).format(number);
}

/** Returns every digit of a value, as programs read it: for hovering and for copying. */
export function formatFull(value: WireNumber): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** Returns a count in the reader's language. */
export function formatCount(count: number, locale: string): string {
  return format(locale, { maximumFractionDigits: 0 }).format(count);
}

/** Returns a share of one as percent. */
export function formatShare(share: number, locale: string): string {
  return format(locale, { style: "percent", maximumFractionDigits: 1 }).format(share);
}

function format(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (found === undefined) {
    found = new Intl.NumberFormat(locale, options);
    formats.set(key, found);
  }
  return found;
}
