import { BarChart, BoxplotChart, CustomChart, ParallelChart, ScatterChart } from "echarts/charts";
import { GridComponent, ParallelComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { expect, test } from "vitest";
import { chartColumn, completeRuns, type LoggedValue, textColumn } from "../lib/chartColumn";
import { boxOf } from "../lib/quartiles";
import { barFigure } from "./barFigure";
import { boxFigure } from "./boxFigure";
import { contourFigure } from "./contourFigure";
import type { FigureAxis } from "./figureAxis";
import { colouringOf, runColour } from "./figureColours";
import type { FigureStyle } from "./figureStyle";
import type { DrawFigure } from "./figureTypes";
import { parallelFigure } from "./parallelFigure";
import { scatterFigure } from "./scatterFigure";

use([BarChart, BoxplotChart, CustomChart, ParallelChart, ScatterChart, GridComponent, ParallelComponent, SVGRenderer]);

const STYLE: FigureStyle = {
  text: "rgb(1, 1, 1)",
  softText: "rgb(2, 2, 2)",
  grid: "rgb(3, 3, 3)",
  surface: "rgb(255, 255, 255)",
  accent: "rgb(4, 4, 4)",
  data: Array.from({ length: 12 }, (_, place) => `rgb(${10 + place}, 0, 0)`),
  scale: ["rgb(0, 100, 0)", "rgb(0, 200, 0)"],
  locale: "en",
};
const RUNS = ["a", "b", "c", "d"].map((id, place) => ({ id, name: `run ${id}`, colour: place + 1 }));
const EACH = colouringOf(null);

function axis(id: string, values: readonly LoggedValue[], isLog = false): FigureAxis {
  return { id, title: id, column: chartColumn(values, isLog), unit: "number" };
}

function drawn(draw: DrawFigure): string {
  const plot = init(null, null, { renderer: "svg", ssr: true, width: 600, height: 400 });
  plot.setOption(draw(STYLE).option);
  const picture = plot.renderToSVGString();
  plot.dispose();
  return picture;
}

const LR = axis("lr", ["0.1", "0.01", "0.001", "0.1"], true);
const DEPTH = axis("depth", ["3", "None", "5", "None"]);
const LOSS = axis("loss", [0.5, 0.4, 0.9, 0.7]);
const ALL = [0, 1, 2, 3];

test("a scatter plot has a point for each run, in its colour, between the marks of both axes", () => {
  const draw = scatterFigure({ across: LR, up: DEPTH, runs: RUNS, places: ALL, colouring: EACH, more: () => "" });
  const picture = drawn(draw);
  for (const colour of [10, 11, 12, 13]) expect(picture).toContain(`rgb(${colour}, 0, 0)`);
  for (const text of ["0.001", "0.1", "None", ">3<", "depth"]) expect(picture).toContain(text);
  expect(draw(STYLE).marks.map(({ words }) => words)[1]).toBe("run b · lr: 0.01 · depth: None");
});

test("parallel coordinates have a line for each run and an axis for each field", () => {
  const draw = parallelFigure({ axes: [LR, DEPTH, LOSS], runs: RUNS, places: [0, 2], colouring: EACH });
  const picture = drawn(draw);
  expect(picture).toContain("rgb(10, 0, 0)");
  expect(picture).not.toContain("rgb(11, 0, 0)");
  for (const text of ["lr", "depth", "loss", "None"]) expect(picture).toContain(text);
  expect(draw(STYLE).marks.map(({ id }) => id)).toEqual(["a", "c"]);
});

test("a contour is drawn where runs span a plane, over texts and powers of ten too", () => {
  const draw = contourFigure({ across: LR, up: DEPTH, height: LOSS, runs: RUNS, places: ALL });
  const picture = draw === null ? "" : drawn(draw);
  expect(picture.match(/fill-opacity="0.85"|opacity="0.85"/g)?.length).toBeGreaterThan(5);
  expect(picture).not.toContain("NaN");
  expect(contourFigure({ across: LR, up: LR, height: LOSS, runs: RUNS, places: ALL })).toBeNull();
  expect(contourFigure({ across: LR, up: DEPTH, height: LOSS, runs: RUNS, places: [0, 1] })).toBeNull();
});

test("a box stands for each group, and what lies far off is a point of its run", () => {
  const runs = Array.from({ length: 8 }, (_, place) => ({ id: `r${place}`, name: `run ${place}`, colour: place + 1 }));
  const across = { ...axis("model", []), column: textColumn(["x", "x", "x", "x", "x", "y", "y", "y"]) };
  const up = axis("loss", [1, 2, 3, 4, 100, 1, 1, 1]);
  const groups = [
    [0, 1, 2, 3, 4],
    [5, 6, 7],
  ].flatMap((places, group) => {
    const box = boxOf(places.map((place) => up.column.positions[place] ?? 0));
    const text = across.column.texts[group] ?? "";
    return box === null ? [] : [{ text, box, words: `group ${text}`, places }];
  });
  const draw = boxFigure({ across, up, groups, runs });
  expect(draw(STYLE).marks.map(({ id }) => id)).toEqual(["x", "y", "r4"]);
  for (const text of ["rgb(14, 0, 0)", ">x<", ">y<", "model"]) expect(drawn(draw)).toContain(text);
});

test("bars say their values and the names of their runs, negative ones too", () => {
  const loss = axis("loss", [0.5, -0.25, Number.NaN, 2]);
  const { places } = completeRuns([loss.column], 4);
  const picture = drawn(barFigure({ axis: loss, runs: RUNS, places }));
  for (const text of ["run a", "run b", "run d", "-0.25"]) expect(picture).toContain(text);
  expect(picture).not.toContain("run c");
});

test("runs are coloured from low to high by a number, by groups of a text, and grey without a value", () => {
  const [first, second, third] = RUNS.map((run) => run);
  if (first === undefined || second === undefined || third === undefined) throw new Error("there are four runs");
  const byNumber = colouringOf({ title: "loss", values: [0, 10, null], unit: "number" });
  expect([
    runColour(byNumber, first, 0, STYLE),
    runColour(byNumber, second, 1, STYLE),
    runColour(byNumber, third, 2, STYLE),
  ]).toEqual(["rgb(0, 100, 0)", "rgb(0, 200, 0)", STYLE.softText]);
  const byText = colouringOf({ title: "model", values: ["b", "a", "b"], unit: "number" });
  expect([byText.key.kind, runColour(byText, first, 0, STYLE)]).toEqual(["text", "rgb(11, 0, 0)"]);
  expect(colouringOf({ title: "loss", values: [Number.NaN], unit: "number" }).key.kind).toBe("run");
});
