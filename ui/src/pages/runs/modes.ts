import { lazy } from "react";

/** What charts and comparison need. */
export interface ModeProps {
  /** The runs that are looked at, in the order in which they were picked. */
  readonly runIds: readonly string[];
  readonly experimentIds: readonly string[];
}

/** The curves of runs. */
export const ChartsMode = lazy(() => import("./charts/ChartsMode"));
/** Runs side by side. */
export const CompareMode = lazy(() => import("./compare/CompareMode"));
