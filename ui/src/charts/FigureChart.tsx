import { lazy, Suspense } from "react";
import styles from "./CurveChart.module.css";
import type { FigurePlotProps } from "./FigurePlot";

const load = () => import("./FigurePlot");
const FigurePlot = lazy(load);
const READOUT_HEIGHT = 20;

/** Fetches what draws figures, for whoever knows that some will come. */
export function prepareFigures(): void {
  // Whether it works is seen when a figure needs it, which tries again.
  load().catch(() => undefined);
}

/** A figure; what draws it is fetched with the first one. */
export function FigureChart(props: FigurePlotProps) {
  return (
    <Suspense fallback={<div className={styles.waiting} style={{ height: props.height + READOUT_HEIGHT }} />}>
      <FigurePlot {...props} />
    </Suspense>
  );
}
