const LONGEST = 2_000;
// No number is longer, and whoever wrote a text of nothing but spaces is not to keep the page busy for minutes.
const LONGEST_NUMBER = 100;

/** Returns a value of a table as text, with all its digits; null where there is none. */
export function cellText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return cut(value);
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? "NaT" : value.toISOString().replace(/T00:00:00\.000Z$/, "");
  if (value instanceof Uint8Array) return cut(Array.from(value.subarray(0, LONGEST / 2), hex).join(""));
  if (typeof value === "object") return cut(JSON.stringify(value, plain));
  return String(value);
}

/** Tells whether values are numbers, as far as there are any: they stand at the end of their cells then. */
export function isNumeric(values: readonly unknown[]): boolean {
  const known = values.filter((value) => value !== null && value !== undefined && value !== "");
  return known.length > 0 && known.every(isNumber);
}

function isNumber(value: unknown): boolean {
  if (typeof value === "number" || typeof value === "bigint") return true;
  return (
    typeof value === "string" &&
    value.length <= LONGEST_NUMBER &&
    /^\s*(?:[-+]?(?:\d[\d\s]*(?:[.,]\d*)?|[.,]\d+)(?:e[-+]?\d+)?|nan|[-+]?inf(?:inity)?)\s*$/i.test(value)
  );
}

function plain(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Uint8Array) return Array.from(value, hex).join("");
  return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<unknown>) : value;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
