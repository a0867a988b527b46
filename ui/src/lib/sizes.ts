const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"] as const;
const STEP = 1000;

/** Returns a number of bytes in the unit that suits it. */
export function formatSize(bytes: number, locale: string): string {
  let unit = 0;
  let count = bytes;
  // Rounded before it is compared: 999,999 bytes are a megabyte and no 1,000 kilobytes.
  while (Math.round(count * 10) / 10 >= STEP && unit < UNITS.length - 1) {
    count /= STEP;
    unit += 1;
  }
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: UNITS[unit] ?? "byte",
    unitDisplay: unit === 0 ? "narrow" : "short",
    maximumFractionDigits: 1,
  }).format(count);
}
