import uPlot from "uplot";
import type { PlottedCurves } from "./curveData";
import type { CurveView } from "./curveTypes";
import { FIGURE_FONT } from "./figureStyle";
import { colourAt, type PlotColours } from "./plotColours";
import { plotData, plotOptions } from "./plotOptions";

const WIDTH = 1_200;
const HEIGHT = 520;
const MARGIN = 16;
const TITLE_HEIGHT = 30;
const LINE_HEIGHT = 20;
const NAME_WIDTH = 292;
const SWATCH_WIDTH = 24;
const MOST_NAMES = 60;

/** What a picture of curves shows. */
export interface PicturedCurves {
  readonly title: string;
  readonly plotted: PlottedCurves;
  readonly view: CurveView;
  /** Of the theme in which it is drawn. */
  readonly colours: PlotColours;
  readonly locale: string;
}

/** Returns curves as a picture with its title above and the names of the curves below, as large as a page is wide. */
export async function curvePicture(pictured: PicturedCurves): Promise<Blob> {
  const { title, plotted, colours } = pictured;
  const plot = await drawnPlot(pictured);
  const { canvas } = plot.ctx;
  const ratio = canvas.width / WIDTH;
  const names = namesOf(plotted);
  const columns = Math.floor(WIDTH / NAME_WIDTH);
  const rows = Math.ceil(names.length / columns);
  const picture = document.createElement("canvas");
  picture.width = canvas.width + 2 * MARGIN * ratio;
  picture.height = canvas.height + (TITLE_HEIGHT + rows * LINE_HEIGHT + 2 * MARGIN) * ratio;
  const pen = picture.getContext("2d");
  if (pen === null) throw new Error("The browser draws no pictures.");
  pen.fillStyle = colours.surface;
  pen.fillRect(0, 0, picture.width, picture.height);
  pen.drawImage(canvas, MARGIN * ratio, (MARGIN + TITLE_HEIGHT) * ratio);
  plot.destroy();
  pen.scale(ratio, ratio);
  pen.textBaseline = "middle";
  pen.fillStyle = colours.text;
  pen.font = `600 15px ${FIGURE_FONT}`;
  pen.fillText(title, MARGIN, MARGIN + TITLE_HEIGHT / 2, WIDTH);
  pen.font = `12px ${FIGURE_FONT}`;
  names.forEach(({ name, colour }, place) => {
    const left = MARGIN + (place % columns) * NAME_WIDTH;
    const top = MARGIN + TITLE_HEIGHT + HEIGHT + (Math.floor(place / columns) + 0.5) * LINE_HEIGHT;
    pen.fillStyle = colour === null ? colours.surface : colourAt(colours, colour);
    pen.fillRect(left, top - 1.5, SWATCH_WIDTH - 8, 3);
    pen.fillStyle = colours.text;
    pen.fillText(shortened(pen, name, NAME_WIDTH - SWATCH_WIDTH - 8), left + SWATCH_WIDTH, top);
  });
  return new Promise((resolve, reject) => {
    picture.toBlob((blob) => (blob === null ? reject(new Error("The picture is too large.")) : resolve(blob)));
  });
}

/** Draws the curves anew, larger than they are on the page. */
function drawnPlot({ plotted, view, colours, locale }: PicturedCurves): Promise<uPlot> {
  return new Promise((resolve) => {
    const size = { width: WIDTH, height: HEIGHT };
    const options = plotOptions(
      plotted,
      size,
      { view, locale, colours, syncKey: undefined },
      { plotted: () => plotted, range: () => view.range, onCursor: () => undefined, onRange: () => undefined },
    );
    const draw = [...(options.hooks?.draw ?? []), resolve];
    // It tells itself when it is drawn.
    new uPlot({ ...options, hooks: { ...options.hooks, draw } }, plotData(plotted), document.createElement("div"));
  });
}

/** Returns the names below the picture; the last one says how many have no room. */
function namesOf({ curves }: PlottedCurves): { readonly name: string; readonly colour: number | null }[] {
  if (curves.length < 2) return [];
  const names = curves.map(({ curve }) => ({ name: curve.name, colour: curve.colour }));
  if (names.length <= MOST_NAMES) return names;
  return [...names.slice(0, MOST_NAMES - 1), { name: `+ ${names.length - MOST_NAMES + 1}`, colour: null }];
}

function shortened(pen: CanvasRenderingContext2D, name: string, width: number): string {
  if (pen.measureText(name).width <= width) return name;
  const characters = [...name];
  while (characters.length > 1 && pen.measureText(`${characters.join("")}…`).width > width) characters.pop();
  return `${characters.join("")}…`;
}
