import { contours } from "d3-contour";
import type { CustomSeriesRenderItemReturn } from "echarts";
import { colourBetween, shareBetween } from "../lib/colourScale";
import { bandLevels, type HeightGrid, heightGrid, type PlanePoint, spansPlane } from "../lib/contourGrid";
import { axisText, type FigureAxis } from "./figureAxis";
import type { FigureStyle } from "./figureStyle";
import type { DrawFigure, FigureRun } from "./figureTypes";
import { planeOption } from "./planeOption";

/** What a contour plot shows. */
export interface ContourContent {
  readonly across: FigureAxis;
  readonly up: FigureAxis;
  /** What the heights are. */
  readonly height: FigureAxis;
  readonly runs: readonly FigureRun[];
  /** Which of the runs have a place on all three. */
  readonly places: readonly number[];
}

const GRID = 72;
const BANDS = 10;

/** Returns where the runs lie on a plane: on logarithmic axes by their powers of ten. */
export function planePoints({ across, up, height, places }: ContourContent): PlanePoint[] {
  return places.map((place) => ({
    x: onPlane(across, across.column.positions[place] ?? 0),
    y: onPlane(up, up.column.positions[place] ?? 0),
    value: height.column.positions[place] ?? 0,
  }));
}

/** Returns what draws bands of equal height between runs; null where the runs do not span a plane. */
export function contourFigure(content: ContourContent): DrawFigure | null {
  const points = planePoints(content);
  if (!spansPlane(points)) return null;
  const { across, up, height, runs, places } = content;
  const grid = heightGrid(points, GRID, GRID);
  const levels = bandLevels(grid.values, BANDS);
  const bands = contours().size([GRID, GRID]).thresholds(levels)([...grid.values]);
  return (style) => {
    const shown = places.flatMap((place, index) => {
      const run = runs[place];
      const value = points[index]?.value;
      return run === undefined || value === undefined ? [] : [{ run, place, value }];
    });
    const colourOf = (value: number) => heightColour(value, grid, style);
    return {
      option: {
        ...planeOption(across, up, style),
        series: [
          {
            type: "custom",
            silent: true,
            clip: true,
            data: [[valueAt(across, grid.left), valueAt(up, grid.bottom)]],
            renderItem: (_parameters, api): CustomSeriesRenderItemReturn => ({
              type: "group",
              children: bands.map((band, index) => ({
                type: "path" as const,
                shape: {
                  pathData: pathOf(band.coordinates, (column, row) => {
                    const at = [
                      valueAt(across, between(grid.left, grid.right, column)),
                      valueAt(up, between(grid.bottom, grid.top, row)),
                    ];
                    return api.coord(at) as [number, number];
                  }),
                },
                style: {
                  fill: colourOf(levels[index] ?? grid.values[0] ?? 0),
                  opacity: 0.85,
                  stroke: style.surface,
                  lineWidth: 0.75,
                },
              })),
            }),
          },
          {
            type: "scatter",
            symbolSize: 9,
            data: shown.map(({ place, value }) => ({
              value: [across.column.positions[place] ?? 0, up.column.positions[place] ?? 0],
              itemStyle: { color: colourOf(value), borderColor: style.text, borderWidth: 1.5 },
            })),
            emphasis: { scale: 1.6 },
          },
        ],
      },
      marks: shown.map(({ run, place, value }, dataIndex) => ({
        id: run.id,
        runId: run.id,
        seriesIndex: 1,
        dataIndex,
        words: [
          run.name,
          `${across.title}: ${axisText(across, across.column.positions[place] ?? 0, style.locale)}`,
          `${up.title}: ${axisText(up, up.column.positions[place] ?? 0, style.locale)}`,
          `${height.title}: ${axisText(height, value, style.locale)}`,
        ].join(" · "),
      })),
    };
  };
}

function onPlane({ column }: FigureAxis, position: number): number {
  return column.isLog ? Math.log10(position) : position;
}

/** Returns the value of a place on the plane. */
function valueAt({ column }: FigureAxis, place: number): number {
  return column.isLog ? 10 ** place : place;
}

// Contours count cells from the outer edge of the first one; a value stands in the middle of its cell.
function between(from: number, to: number, cell: number): number {
  return from + (to - from) * Math.min(Math.max((cell - 0.5) / (GRID - 1), 0), 1);
}

function heightColour(value: number, { values }: HeightGrid, style: FigureStyle): string {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const height of values) {
    least = Math.min(least, height);
    greatest = Math.max(greatest, height);
  }
  return colourBetween(style.scale, shareBetween(value, least, greatest));
}

function pathOf(
  polygons: readonly (readonly (readonly number[][])[] | number[][][])[],
  at: (column: number, row: number) => readonly [number, number],
): string {
  return polygons
    .flatMap((rings) =>
      rings.map((ring) => {
        const corners = ring.map(([column = 0, row = 0]) => {
          const [x, y] = at(column, row);
          return `${x.toFixed(1)} ${y.toFixed(1)}`;
        });
        return `M${corners.join("L")}Z`;
      }),
    )
    .join("");
}
