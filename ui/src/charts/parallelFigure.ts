import { axisOption, axisText, type FigureAxis } from "./figureAxis";
import { type Colouring, runColour } from "./figureColours";
import type { DrawFigure, FigureRun } from "./figureTypes";

/** What parallel coordinates show. */
export interface ParallelContent {
  readonly axes: readonly FigureAxis[];
  readonly runs: readonly FigureRun[];
  /** Which of the runs have a place on every axis. */
  readonly places: readonly number[];
  readonly colouring: Colouring;
}

const LABEL_WIDTH = 80;
const NAME_WIDTH = 120;

/** Returns what draws each run as a line from axis to axis. */
export function parallelFigure({ axes, runs, places, colouring }: ParallelContent): DrawFigure {
  return (style) => {
    const shown = places.flatMap((place) => {
      const run = runs[place];
      return run === undefined ? [] : [{ run, place }];
    });
    return {
      option: {
        animation: false,
        parallel: { left: 56, right: 96, top: 44, bottom: 20 },
        parallelAxis: axes.map((axis, dim) => {
          const { splitLine: _, ...option } = axisOption(axis, style, LABEL_WIDTH);
          return {
            ...option,
            // Lines run below the marks.
            axisLabel: { ...option.axisLabel, textBorderColor: style.surface, textBorderWidth: 3 },
            id: axis.id,
            dim,
            nameLocation: "end" as const,
            nameGap: 14,
            nameTruncate: { maxWidth: NAME_WIDTH, ellipsis: "…" },
            realtime: false,
            areaSelectStyle: {
              width: 18,
              borderWidth: 1,
              borderColor: style.accent,
              color: style.accent,
              opacity: 0.25,
            },
          };
        }),
        series: [
          {
            type: "parallel",
            progressive: 0,
            lineStyle: { width: 1.5, opacity: 0.75 },
            inactiveOpacity: 0.08,
            activeOpacity: 0.9,
            emphasis: { lineStyle: { width: 4, opacity: 1 } },
            data: shown.map(({ run, place }) => ({
              value: axes.map((axis) => axis.column.positions[place] ?? 0),
              lineStyle: { color: runColour(colouring, run, place, style) },
            })),
          },
        ],
      },
      marks: shown.map(({ run, place }, dataIndex) => ({
        id: run.id,
        runId: run.id,
        seriesIndex: 0,
        dataIndex,
        words: [
          run.name,
          ...axes.map((axis) => `${axis.title}: ${axisText(axis, axis.column.positions[place] ?? 0, style.locale)}`),
        ].join(" · "),
      })),
    };
  };
}
