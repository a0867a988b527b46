/** What the horizontal axis of curves shows; also name of a text. */
export const CURVE_AXES = ["step", "time", "relative"] as const;

/** One of them: the step, the moment, or the time since the run began. */
export type CurveAxis = (typeof CURVE_AXES)[number];

/** A stretch of the horizontal axis: steps, or milliseconds, since 1970 or since the run began. */
export interface CurveRange {
  readonly start: number;
  readonly end: number;
}

/** How curves are looked at; all charts of a page share it. */
export interface CurveView {
  readonly axis: CurveAxis;
  /** How much of what was before stays: 0 smoothes nothing, values near 1 the most. */
  readonly smoothing: number;
  readonly isLogX: boolean;
  readonly isLogY: boolean;
  /** What is shown of the horizontal axis; null for all. */
  readonly range: CurveRange | null;
}

/** One metric of one run. */
export interface ChartCurve {
  /** Tells it apart from the others of a chart. */
  readonly id: string;
  /** In the legend: name of the run, of the metric, or both. */
  readonly name: string;
  readonly runId: string;
  readonly key: string;
  /** Number of the run's colour, from 1 on. */
  readonly colour: number;
  /** Which of several dashes; 0 is a full line. Tells metrics apart where colours tell runs. */
  readonly dash: number;
  /** When the run began, in milliseconds since 1970 UTC: where its relative time is 0. */
  readonly origin: number | null;
  readonly steps: Float64Array;
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  /** How many points there are in what is shown of the axis. */
  readonly total: number;
  readonly isThinned: boolean;
}
