export { CurveChart } from "./CurveChart";
export type { CurvePicture, CurvePlotProps } from "./CurvePlot";
export { Swatch } from "./CurveReadout";
export { curvesCsv } from "./curveCsv";
export { type PlottedCurve, type PlottedCurves, plottedCurves, positionsOf } from "./curveData";
export { type CurveRow, curveRows } from "./curveRows";
export { type CurveStatistics, statisticsOf } from "./curveStatistics";
export { positionText, readingText } from "./curveTexts";
export { CURVE_AXES, type ChartCurve, type CurveAxis, type CurveRange, type CurveView } from "./curveTypes";
