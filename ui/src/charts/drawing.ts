import { BarChart, BoxplotChart, CustomChart, ParallelChart, ScatterChart } from "echarts/charts";
import { GridComponent, ParallelComponent } from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

// Of the library what figures are made of alone: the rest stays out of what is fetched.
use([
  BarChart,
  BoxplotChart,
  CustomChart,
  ParallelChart,
  ScatterChart,
  GridComponent,
  ParallelComponent,
  CanvasRenderer,
]);

/** What draws figures. */
export type Drawing = EChartsType;

/** Begins a drawing in an element of the page. */
export function beginDrawing(box: HTMLElement): Drawing {
  return init(box, null, { renderer: "canvas" });
}
