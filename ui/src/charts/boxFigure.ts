import type { Box } from "../lib/quartiles";
import { axisText, type FigureAxis } from "./figureAxis";
import type { DrawFigure, FigureRun } from "./figureTypes";
import { planeOption } from "./planeOption";

/** The runs that share a value, in short. */
export interface BoxGroup {
  readonly text: string;
  readonly box: Box;
  /** What it shows, in words. */
  readonly words: string;
  /** Which of the runs they are; places of outliers are places in this list. */
  readonly places: readonly number[];
}

/** What boxes show. */
export interface BoxContent {
  /** An axis of texts: one for each group. */
  readonly across: FigureAxis;
  readonly up: FigureAxis;
  readonly groups: readonly BoxGroup[];
  readonly runs: readonly FigureRun[];
}

/** Returns what draws a box for each group of runs, and what lies far off as points. */
export function boxFigure({ across, up, groups, runs }: BoxContent): DrawFigure {
  return (style) => {
    const outliers = groups.flatMap(({ places, box }, group) =>
      box.outliers.flatMap((index) => {
        const place = places[index] ?? -1;
        const run = runs[place];
        return run === undefined ? [] : [{ group, run, value: up.column.positions[place] ?? 0 }];
      }),
    );
    const { xAxis, ...plane } = planeOption(across, up, style);
    const { axisLabel, axisLine, name, nameLocation, nameGap, nameTextStyle, nameTruncate } = xAxis;
    const { customValues: _, formatter: _formatter, ...label } = { customValues: [], ...axisLabel };
    const categories = groups.map(({ text }) => text);
    return {
      option: {
        ...plane,
        xAxis: {
          type: "category",
          data: categories,
          name,
          nameLocation,
          nameGap,
          nameTextStyle,
          nameTruncate,
          axisLine,
          axisLabel: label,
        },
        series: [
          {
            type: "boxplot",
            boxWidth: [8, 60],
            itemStyle: { color: "transparent", borderColor: style.accent, borderWidth: 1.5 },
            emphasis: { itemStyle: { borderColor: style.text, borderWidth: 2.5 } },
            data: groups.map(({ box }) => [box.low, box.firstQuartile, box.median, box.thirdQuartile, box.high]),
          },
          {
            type: "scatter",
            symbolSize: 8,
            emphasis: { itemStyle: { borderColor: style.text, borderWidth: 2 } },
            data: outliers.map(({ group, run, value }) => ({
              value: [group, value],
              itemStyle: { color: style.data[run.colour - 1] ?? style.text },
            })),
          },
        ],
      },
      marks: [
        ...groups.map(({ text, words }, dataIndex) => ({ id: text, runId: null, words, seriesIndex: 0, dataIndex })),
        ...outliers.map(({ group, run, value }, dataIndex) => ({
          id: run.id,
          runId: run.id,
          words: [
            run.name,
            `${across.title}: ${categories[group] ?? ""}`,
            `${up.title}: ${axisText(up, value, style.locale)}`,
          ].join(" · "),
          seriesIndex: 1,
          dataIndex,
        })),
      ],
    };
  };
}
