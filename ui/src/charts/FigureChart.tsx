import { lazy, Suspense } from "react";
import styles from "./CurveChart.module.css";
import type { FigurePlotProps } from "./FigurePlot";

const FigurePlot = lazy(() => import("./FigurePlot"));
const READOUT_HEIGHT = 20;

/** A figure; what draws it is fetched with the first one. */
export function FigureChart(props: FigurePlotProps) {
  return (
    <Suspense fallback={<div className={styles.waiting} style={{ height: props.height + READOUT_HEIGHT }} />}>
      <FigurePlot {...props} />
    </Suspense>
  );
}
