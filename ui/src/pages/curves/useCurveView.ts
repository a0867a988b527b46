import { useCallback, useMemo } from "react";
import { CURVE_AXES, type CurveRange, type CurveView } from "../../charts";
import { choiceCodec, type Codec, flagCodec, numberCodec } from "../../lib/codecs";
import { useChangeUrl, useUrlState } from "../../state";

const axisCodec = choiceCodec(CURVE_AXES, "step");
const flag = flagCodec();
const smoothingCodec = numberCodec(0);

/** A stretch of the axis, as it stands in an address. */
export const rangeCodec: Codec<CurveRange | null> = {
  parse: (text) => {
    const [start = Number.NaN, end = Number.NaN] = (text ?? "").split("~").map((part) => (part === "" ? Number.NaN : Number(part)));
    return Number.isFinite(start) && Number.isFinite(end) && start < end ? { start, end } : null;
  },
  format: (range) => (range === null ? null : `${short(range.start)}~${short(range.end)}`),
};

/** Changes how curves are looked at. */
export type ChangeCurveView = (change: Partial<CurveView>) => void;

/** Keeps in the address how the curves of a page are looked at. */
export function useCurveView(): [CurveView, ChangeCurveView] {
  const [axis] = useUrlState("x", axisCodec);
  const [smoothing] = useUrlState("smoothing", smoothingCodec);
  const [isLogX] = useUrlState("logx", flag);
  const [isLogY] = useUrlState("logy", flag);
  const [range] = useUrlState("zoom", rangeCodec);
  const changeUrl = useChangeUrl();
  const view = useMemo(
    () => ({ axis, smoothing: Math.min(Math.max(smoothing, 0), 0.99), isLogX, isLogY, range }),
    [axis, smoothing, isLogX, isLogY, range],
  );
  const change = useCallback<ChangeCurveView>(
    (changed) => {
      const pieces: Record<string, string | null> = {};
      if (changed.axis !== undefined) {
        pieces.x = axisCodec.format(changed.axis);
        // What was zoomed into means something else on another axis.
        pieces.zoom = null;
      }
      if (changed.smoothing !== undefined) pieces.smoothing = smoothingCodec.format(changed.smoothing);
      if (changed.isLogX !== undefined) pieces.logx = flag.format(changed.isLogX);
      if (changed.isLogY !== undefined) pieces.logy = flag.format(changed.isLogY);
      if (changed.range !== undefined) pieces.zoom = rangeCodec.format(changed.range);
      // Back leads out of a zoom, and not through every place of the slider.
      changeUrl(pieces, { replace: changed.range === undefined });
    },
    [changeUrl],
  );
  return [view, change];
}

function short(number: number): string {
  return String(Math.abs(number) >= 1000 ? Math.round(number) : Number(number.toPrecision(6)));
}
