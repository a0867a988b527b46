import { axisText, type FigureAxis } from "./figureAxis";
import { type Colouring, runColour } from "./figureColours";
import type { DrawFigure, FigureRun } from "./figureTypes";
import { planeOption } from "./planeOption";

/** What a scatter plot shows. */
export interface ScatterContent {
  readonly across: FigureAxis;
  readonly up: FigureAxis;
  readonly runs: readonly FigureRun[];
  /** Which of the runs have a place. */
  readonly places: readonly number[];
  readonly colouring: Colouring;
  /** What else is said of a run, by its place. */
  readonly more: (place: number, locale: string) => string;
}

/** Returns what draws runs as points over two axes. */
export function scatterFigure({ across, up, runs, places, colouring, more }: ScatterContent): DrawFigure {
  return (style) => {
    const shown = places.flatMap((place) => {
      const run = runs[place];
      return run === undefined
        ? []
        : [{ run, place, x: across.column.positions[place] ?? 0, y: up.column.positions[place] ?? 0 }];
    });
    return {
      option: {
        ...planeOption(across, up, style),
        series: [
          {
            type: "scatter",
            symbolSize: 10,
            // All are drawn at once, so that a picture holds all.
            progressive: 0,
            data: shown.map(({ run, place, x, y }) => ({
              value: [x, y],
              itemStyle: { color: runColour(colouring, run, place, style), borderColor: style.surface, borderWidth: 1 },
            })),
            itemStyle: { opacity: 0.9 },
            emphasis: { scale: 1.6, itemStyle: { borderColor: style.text, borderWidth: 2 } },
          },
        ],
      },
      marks: shown.map(({ run, place, x, y }, dataIndex) => ({
        id: run.id,
        runId: run.id,
        seriesIndex: 0,
        dataIndex,
        words: [
          run.name,
          `${across.title}: ${axisText(across, x, style.locale)}`,
          `${up.title}: ${axisText(up, y, style.locale)}`,
          more(place, style.locale),
        ]
          .filter((part) => part !== "")
          .join(" · "),
      })),
    };
  };
}
