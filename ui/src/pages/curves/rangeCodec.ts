import type { CurveRange } from "../../charts";
import type { Codec } from "../../lib/codecs";

/** A stretch of the axis, as it stands in an address. */
export const rangeCodec: Codec<CurveRange | null> = {
  parse: (text) => {
    const [start = Number.NaN, end = Number.NaN] = (text ?? "")
      .split("~")
      .map((part) => (part === "" ? Number.NaN : Number(part)));
    return Number.isFinite(start) && Number.isFinite(end) && start < end ? { start, end } : null;
  },
  format: (range) => (range === null ? null : `${short(range.start)}~${short(range.end)}`),
};

function short(number: number): string {
  return String(Math.abs(number) >= 1000 ? Math.round(number) : Number(number.toPrecision(6)));
}
