export { FigurePanel, type FigurePanelProps } from "./FigurePanel";
export type { FigureData, FigureDataColumn, FigureDataRow } from "./figureData";
export { useFigureHeight } from "./useFigureHeight";
