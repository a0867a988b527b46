export { CurveControls } from "./CurveControls";
export { CurvePanel, type CurvePanelProps } from "./CurvePanel";
export type { CurveRun } from "./curveRequests";
export { type ChangeCurveView, useCurveView } from "./useCurveView";
