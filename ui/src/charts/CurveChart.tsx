import { lazy, Suspense } from "react";
import styles from "./CurveChart.module.css";
import type { CurvePlotProps } from "./CurvePlot";

const load = () => import("./CurvePlot");
const CurvePlot = lazy(load);

/** Fetches what draws curves, for whoever knows that some will come. */
export function prepareCurves(): void {
  // Whether it works is seen when a chart needs it, which tries again.
  load().catch(() => undefined);
}

/** Curves over one axis; what draws them is fetched with the first chart. */
export function CurveChart(props: CurvePlotProps) {
  const isSingle = props.plotted.curves.length === 1 && !props.isNamed;
  return (
    <Suspense fallback={<div className={styles.waiting} style={{ height: props.height + (isSingle ? 20 : 60) }} />}>
      <CurvePlot {...props} />
    </Suspense>
  );
}
