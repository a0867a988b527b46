import { formatMetric } from "../lib/numbers";
import { axisOption, type FigureAxis } from "./figureAxis";
import { FIGURE_FONT } from "./figureStyle";
import type { DrawFigure, FigureRun } from "./figureTypes";

/** What bars show. */
export interface BarContent {
  readonly axis: FigureAxis;
  readonly runs: readonly FigureRun[];
  /** Which of the runs have a value. */
  readonly places: readonly number[];
}

const BAR_ROOM = 24;
const FRAME = 40;
const NAME_WIDTH = 130;
const LABEL_WIDTH = 80;

/** Returns how high bars for so many runs are, in pixels. */
export function barHeight(count: number): number {
  return FRAME + Math.max(count, 1) * BAR_ROOM;
}

/** Returns what draws a bar for each run, the first at the top. */
export function barFigure({ axis, runs, places }: BarContent): DrawFigure {
  return (style) => {
    const shown = places.flatMap((place) => {
      const run = runs[place];
      return run === undefined ? [] : [{ run, value: axis.column.positions[place] ?? 0 }];
    });
    // Bars begin at 0, and their axis needs no name below the title.
    const { type, axisLine, axisLabel, splitLine } = axisOption(axis, style, LABEL_WIDTH);
    return {
      option: {
        animation: false,
        grid: {
          left: 8,
          right: 64,
          top: 4,
          bottom: 8,
          outerBoundsMode: "same" as const,
          outerBoundsContain: "axisLabel" as const,
        },
        xAxis: { type, axisLine, axisLabel, splitLine },
        yAxis: {
          type: "category",
          inverse: true,
          data: shown.map(({ run }) => run.id),
          axisTick: { show: false },
          axisLine: { lineStyle: { color: style.softText } },
          axisLabel: {
            color: style.text,
            fontFamily: FIGURE_FONT,
            fontSize: 11,
            width: NAME_WIDTH,
            overflow: "truncate",
            interval: 0,
            formatter: (_id: string, place: number) => shown[place]?.run.name ?? "",
          },
        },
        series: [
          {
            type: "bar",
            barMaxWidth: 16,
            label: {
              show: true,
              position: "right",
              color: style.text,
              fontFamily: FIGURE_FONT,
              fontSize: 11,
              formatter: ({ dataIndex }) => formatMetric(shown[dataIndex]?.value ?? Number.NaN, style.locale),
            },
            data: shown.map(({ run, value: length }) => ({
              value: length,
              itemStyle: { color: style.data[run.colour - 1] ?? style.text },
            })),
            emphasis: { itemStyle: { borderColor: style.text, borderWidth: 2 } },
          },
        ],
      },
      marks: shown.map(({ run, value: length }, dataIndex) => ({
        id: run.id,
        runId: run.id,
        words: `${run.name} · ${axis.title}: ${formatMetric(length, style.locale, 8)}`,
        seriesIndex: 0,
        dataIndex,
      })),
    };
  };
}
