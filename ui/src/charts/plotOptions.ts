import uPlot from "uplot";
import { LENGTHS } from "../lib/times";
import type { PlottedCurves } from "./curveData";
import { tickTexts, valueTickText } from "./curveTexts";
import type { CurveRange, CurveView } from "./curveTypes";
import { drawOddPoints } from "./oddPoints";
import { colourAt, faint, type PlotColours } from "./plotColours";

const FONT = "12px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
const DASHES: readonly (readonly number[])[] = [[], [6, 4], [2, 3], [10, 4, 2, 4]];
const LINEAR = 1;
const LOGARITHMIC = 3;
const DIGIT_WIDTH = 6.8;
const Y_MARGIN = 0.06;
// A hand that trembles while it clicks zooms into nothing.
const LEAST_ZOOM = 4;
const MOST_MARKS = 100;

/** What a chart is made of; where that changes it is made anew. */
export interface PlotDesign {
  readonly view: CurveView;
  readonly locale: string;
  readonly colours: PlotColours;
  readonly syncKey: string | undefined;
}

/** What a chart tells and asks while it lives. */
export interface PlotEvents {
  /** What it shows now. */
  readonly plotted: () => PlottedCurves;
  /** What of the axis is shown; null for all that there is. */
  readonly range: () => CurveRange | null;
  readonly onCursor: (plot: uPlot) => void;
  readonly onRange: (range: CurveRange) => void;
}

/** Returns the columns that the chart draws: the axis, and for each curve its line; where smoothed, its points before. */
export function plotData(plotted: PlottedCurves): uPlot.AlignedData {
  const columns = plotted.curves.flatMap(({ values, smoothed }) => (smoothed === null ? [values] : [values, smoothed]));
  // The library only reads.
  return [plotted.xs, ...columns] as uPlot.AlignedData;
}

/** Returns how the chart is to be drawn. */
export function plotOptions(
  plotted: PlottedCurves,
  size: { readonly width: number; readonly height: number },
  design: PlotDesign,
  events: PlotEvents,
): uPlot.Options {
  const { view, locale, colours, syncKey } = design;
  const axis: uPlot.Axis = {
    stroke: colours.text,
    font: FONT,
    grid: { stroke: colours.grid, width: 1 },
    ticks: { stroke: colours.grid, width: 1, size: 4 },
    border: { show: false },
  };
  const xAxis: uPlot.Axis = {
    ...axis,
    size: view.axis === "time" ? 44 : 30,
    space: view.axis === "step" ? 60 : view.axis === "time" ? 104 : 84,
    values: (_, marks) => tickTexts(marks, view.axis, locale),
  };
  // Steps are whole numbers.
  if (view.axis === "step" && !view.isLogX) xAxis.incrs = WHOLE_STEPS;
  if (view.axis === "relative" && !view.isLogX) xAxis.incrs = [...LENGTHS];
  return {
    ...size,
    ms: 1,
    padding: [8, 12, 0, 0],
    legend: { show: false },
    series: [{}, ...seriesOf(plotted, design)],
    scales: {
      x: {
        time: view.axis === "time",
        distr: view.isLogX ? LOGARITHMIC : LINEAR,
        range: () => shownRange(events.plotted().xs, events.range(), view),
      },
      y: {
        distr: view.isLogY ? LOGARITHMIC : LINEAR,
        range: (_, least, greatest) => valueRange(least, greatest, view.isLogY),
      },
    },
    axes: [
      xAxis,
      {
        ...axis,
        ...(view.isLogY ? {} : { incrs: valueSteps, splits: valueMarks }),
        values: (_, marks) => marks.map((mark) => valueTickText(mark, locale)),
        size: (_, texts) => 16 + DIGIT_WIDTH * Math.max(3, ...(texts ?? []).map((text) => text?.length ?? 0)),
      },
    ],
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      focus: { prox: 24 },
      points: { size: 7 },
      // Zooming out is the page's, which keeps what is shown in the address.
      bind: { dblclick: () => null },
      ...(syncKey === undefined
        ? {}
        : { sync: { key: syncKey, setSeries: false, scales: ["x", null], filters: { pub: isMove, sub: isMove } } }),
    },
    focus: { alpha: plotted.curves.length > 1 ? 0.35 : 1 },
    hooks: {
      setCursor: [events.onCursor],
      setSelect: [(plot) => tellSelection(plot, events)],
      draw: [(plot) => drawOddPoints(plot, events.plotted(), colours)],
    },
  };
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const WHOLE_STEPS = Array.from({ length: 16 }, (_, power) => [1, 2, 5].map((factor) => factor * 10 ** power)).flat();

/** Returns lengths between two marks of the vertical axis that are easily read, from the least that there is room for. */
function valueSteps(_: uPlot, __: number, least: number, greatest: number, room: number, between: number): number[] {
  const shortest = greatest * (between / room) - least * (between / room);
  const power = Math.floor(Math.log10(shortest));
  return [power, power + 1].flatMap((exponent) => [1, 2, 2.5, 5].map((factor) => Number(`${factor}e${exponent}`)));
}

/** Returns the marks of the vertical axis: the library’s own stop where numbers are very large or very small. */
function valueMarks(_: uPlot, __: number, least: number, greatest: number, step: number): number[] {
  const first = Math.ceil(least / step);
  const count = Math.floor(greatest / step) - first + 1;
  // Rounded, because three times 0.1 is a little more than 0.3.
  return Array.from({ length: Math.min(Math.max(count, 0), MOST_MARKS) }, (_unused, mark) =>
    Number(((first + mark) * step).toPrecision(12)),
  );
}

/** Only where the cursor is goes from chart to chart: each zooms by the page, which tells all of them. */
function isMove(type: string): boolean {
  return type === "mousemove" || type === "mouseleave";
}

function seriesOf(plotted: PlottedCurves, { colours }: PlotDesign): uPlot.Series[] {
  return plotted.curves.flatMap(({ curve, smoothed }) => {
    const stroke = colourAt(colours, curve.colour);
    const line: uPlot.Series = {
      label: curve.name,
      stroke,
      width: 1.6,
      dash: [...(DASHES[curve.dash % DASHES.length] ?? [])],
      points: { size: 5, fill: stroke },
    };
    if (smoothed === null) return [line];
    return [
      { ...line, stroke: faint(stroke), width: 1, points: { show: false } },
      { ...line, points: { show: smoothed.length === 1 } },
    ];
  });
}

function shownRange(xs: Float64Array, range: CurveRange | null, view: CurveView): uPlot.Range.MinMax {
  if (range !== null) return [range.start, range.end];
  const first = xs[0];
  const last = xs.at(-1);
  if (first === undefined || last === undefined) return [1, 10];
  if (first !== last) return [first, last];
  // One point has the middle of the chart.
  if (view.isLogX) return [first / 2, first * 2];
  const margin = view.axis === "time" ? MINUTE / 2 : view.axis === "relative" ? SECOND : 1;
  return [first - margin, first + margin];
}

function valueRange(least: number | null, greatest: number | null, isLog: boolean): uPlot.Range.MinMax {
  if (least === null || greatest === null) return isLog ? [1, 10] : [0, 1];
  if (isLog) return uPlot.rangeLog(least, greatest, 10, false);
  if (least === greatest) {
    const margin = Math.abs(least) * 0.1 || 1;
    return [least - margin, greatest + margin];
  }
  const margin = (greatest - least) * Y_MARGIN;
  return [least - margin, greatest + margin].every(Number.isFinite)
    ? [least - margin, greatest + margin]
    : [least, greatest];
}

function tellSelection(plot: uPlot, events: PlotEvents): void {
  const { left, width } = plot.select;
  const range = { start: plot.posToVal(left, "x"), end: plot.posToVal(left + width, "x") };
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  if (width >= LEAST_ZOOM && range.end > range.start) events.onRange(range);
}
