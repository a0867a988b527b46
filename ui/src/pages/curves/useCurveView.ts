import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { CURVE_AXES, type CurveView } from "../../charts";
import { choiceCodec, flagCodec, numberCodec } from "../../lib/codecs";
import { useChangeUrl, useUrlState } from "../../state";
import { rangeCodec } from "./rangeCodec";

const axisCodec = choiceCodec(CURVE_AXES, "step");
const flag = flagCodec();
const smoothingCodec = numberCodec(0);
const SETTLED_MILLISECONDS = 250;

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
  // While the slider is dragged the address waits: browsers take only so many changes of it.
  const [draft, setDraft] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const view = useMemo(
    () => ({
      axis,
      smoothing: Math.min(Math.max(draft ?? smoothing, 0), 0.99),
      isLogX: isLogX && axis !== "time",
      isLogY,
      range,
    }),
    [axis, smoothing, draft, isLogX, isLogY, range],
  );
  const change = useCallback<ChangeCurveView>(
    (changed) => {
      const { smoothing: weight } = changed;
      if (weight !== undefined) {
        setDraft(weight);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => {
          changeUrl({ smoothing: smoothingCodec.format(weight) }, { replace: true });
          setDraft(null);
        }, SETTLED_MILLISECONDS);
      }
      const pieces: Record<string, string | null> = {};
      if (changed.axis !== undefined) {
        pieces.x = axisCodec.format(changed.axis);
        // What was zoomed into means something else on another axis.
        pieces.zoom = null;
      }
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
