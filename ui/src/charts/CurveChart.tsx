import { lazy, Suspense } from "react";
import styles from "./CurveChart.module.css";
import type { CurvePlotProps } from "./CurvePlot";

const CurvePlot = lazy(() => import("./CurvePlot"));

/** Curves over one axis; what draws them is fetched with the first chart. */
export function CurveChart(props: CurvePlotProps) {
  const isSingle = props.plotted.curves.length === 1;
  return (
    <Suspense fallback={<div className={styles.waiting} style={{ height: props.height + (isSingle ? 20 : 60) }} />}>
      <CurvePlot {...props} />
    </Suspense>
  );
}
