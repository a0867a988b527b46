import type { EChartsOption } from "echarts";
import type { LoggedValue } from "../lib/chartColumn";
import type { Limits } from "../lib/limits";
import type { AxisUnit } from "./figureAxis";
import type { FigureStyle } from "./figureStyle";

/** Something in a figure that can be pointed at: a run, a bar, a box. */
export interface FigureMark {
  /** What it stands for; the id of a run where it is one. */
  readonly id: string;
  readonly runId: string | null;
  /** What it shows, in words. */
  readonly words: string;
  /** Where the drawing library has it. */
  readonly seriesIndex: number;
  readonly dataIndex: number;
}

/** What is drawn. */
export interface Figure {
  readonly option: EChartsOption;
  /** In the order in which the keyboard goes through them. */
  readonly marks: readonly FigureMark[];
}

/** Makes a figure in the colours of the theme that is shown; keep it the same as long as nothing changes. */
export type DrawFigure = (style: FigureStyle) => Figure;

/** A run as figures show it. */
export interface FigureRun {
  readonly id: string;
  readonly name: string;
  /** Number of its colour, from 1 on. */
  readonly colour: number;
}

/** What a figure is coloured by: values of each run, with the column's name. */
export interface FigureColouring {
  readonly title: string;
  readonly values: readonly LoggedValue[];
  /** What its numbers are. */
  readonly unit: AxisUnit;
}

/** Limits on the axes of a figure, and who is told of others. */
export interface FigureLimits {
  readonly limits: Limits;
  /** Told when a stretch of an axis is marked, with the name of the axis. */
  readonly onLimit: (axis: string, stretches: readonly (readonly [number, number])[]) => void;
}
