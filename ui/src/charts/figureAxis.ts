import type { ChartColumn } from "../lib/chartColumn";
import { formatMetric } from "../lib/numbers";
import { formatDuration, formatTime, isMoment, niceLength } from "../lib/times";
import type { FigureStyle } from "./figureStyle";
import { FIGURE_FONT } from "./figureStyle";

/** An axis of a figure. */
export interface FigureAxis {
  /** Tells it apart from the others of the figure. */
  readonly id: string;
  readonly title: string;
  readonly column: ChartColumn;
  /** What its numbers are. */
  readonly unit: AxisUnit;
}

/** What numbers of an axis are: plain ones, moments or lengths of time in milliseconds. */
export type AxisUnit = "number" | "moment" | "duration";

const MOST_MARKS = 40;
const MARGIN = 0.04;
const USUAL_MARKS = 6;
const MANY_DAYS = 4 * 24 * 60 * 60 * 1000;

/** Returns a place on an axis in words. */
export function axisText(axis: FigureAxis, position: number, locale: string): string {
  return axis.column.isNumeric ? unitText(position, axis.unit, locale) : (axis.column.texts[position] ?? "");
}

/** Returns a number of an axis in words. */
export function unitText(number: number, unit: AxisUnit, locale: string): string {
  if (unit === "moment") return formatTime(number, locale);
  if (unit === "duration") return formatDuration(number, locale);
  return formatMetric(number, locale, 4);
}

/** Returns the places of texts that are named: not all where there are many. */
function textMarks(count: number): number[] {
  const step = Math.max(Math.ceil(count / MOST_MARKS), 1);
  return Array.from({ length: Math.ceil(count / step) }, (_, place) => place * step);
}

/** Returns the ends of a logarithmic axis close around its values: of itself it would end at powers of ten. */
function logExtent({ isLog, positions }: ChartColumn): { min?: number; max?: number } {
  if (!isLog) return {};
  const known = positions.filter((position) => position !== null).map(Math.log10);
  const least = known.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
  const greatest = known.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);
  const span = greatest - least;
  // With less, there might be no power of ten between.
  if (!(span >= 2)) return {};
  return { min: 10 ** (least - span * MARGIN), max: 10 ** (greatest + span * MARGIN) };
}

function typeOf({ column, unit }: FigureAxis): "log" | "time" | "value" {
  if (column.isLog) return "log";
  return unit === "moment" ? "time" : "value";
}

/** Returns the first and the last place on an axis; null where there is none. */
function extentOf({ positions }: ChartColumn): readonly [number, number] | null {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const position of positions) {
    if (position === null) continue;
    least = Math.min(least, position);
    greatest = Math.max(greatest, position);
  }
  return least > greatest ? null : [least, greatest];
}

/** Returns what writes the marks of an axis. */
function markText(axis: FigureAxis, locale: string): (value: number) => string {
  const { column, unit } = axis;
  const [least, greatest] = extentOf(column) ?? [0, 0];
  if (unit === "moment") {
    const format = new Intl.DateTimeFormat(locale, {
      month: "short",
      day: "numeric",
      ...(greatest - least > MANY_DAYS ? {} : { hour: "2-digit", minute: "2-digit" }),
    });
    return (value) => (isMoment(value) ? format.format(value) : "");
  }
  return (value) => (column.isNumeric || Number.isInteger(value) ? axisText(axis, value, locale) : "");
}

/** Returns how far marks are from each other on an axis of lengths of time; by itself it would count in tens of seconds. */
function lengthBetween({ column, unit }: FigureAxis): { interval?: number } {
  const extent = extentOf(column);
  if (unit !== "duration" || column.isLog || extent === null || extent[0] === extent[1]) return {};
  return { interval: niceLength((extent[1] - extent[0]) / USUAL_MARKS) };
}

/** Returns what all kinds of axes have in common for the drawing library. */
export function axisOption(axis: FigureAxis, style: FigureStyle, labelWidth: number) {
  const { column } = axis;
  const count = column.texts.length;
  return {
    type: typeOf(axis),
    name: axis.title,
    ...(column.isNumeric
      ? { scale: true, ...logExtent(column), ...lengthBetween(axis) }
      : // A text stands on a whole number, with half a place free on both ends.
        { min: -0.5, max: Math.max(count, 1) - 0.5 }),
    nameTextStyle: { color: style.text, fontFamily: FIGURE_FONT, fontSize: 12 },
    axisLine: { show: true, onZero: false, lineStyle: { color: style.softText } },
    axisTick: { show: column.isNumeric },
    axisLabel: {
      color: style.softText,
      fontFamily: FIGURE_FONT,
      fontSize: 11,
      hideOverlap: true,
      ...(column.isNumeric ? {} : { customValues: textMarks(count) }),
      // At the ends of such an axis stands no power of ten.
      ...("min" in logExtent(column) ? { showMinLabel: false, showMaxLabel: false } : {}),
      width: labelWidth,
      overflow: "truncate" as const,
      formatter: markText(axis, style.locale),
    },
    splitLine: { show: column.isNumeric, lineStyle: { color: style.grid } },
  };
}
