import type { PlottedCurves } from "./curveData";
import { colourAt, type PlotColours } from "./plotColours";

const MARGIN = 12;
const TITLE_HEIGHT = 30;
const LINE_HEIGHT = 18;
const MOST_NAMES = 30;
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/**
 * Returns a chart as a picture with its title above and the names of its curves below.
 *
 * @param canvas What was drawn.
 * @param title What it shows.
 * @param plotted The curves.
 * @param colours Of the theme in which it was drawn.
 */
export function curvePicture(
  canvas: HTMLCanvasElement,
  title: string,
  plotted: PlottedCurves,
  colours: PlotColours,
): Promise<Blob> {
  const ratio = devicePixelRatio;
  const named = plotted.curves.length > 1 ? plotted.curves.slice(0, MOST_NAMES) : [];
  const picture = document.createElement("canvas");
  picture.width = canvas.width + 2 * MARGIN * ratio;
  picture.height = canvas.height + (TITLE_HEIGHT + named.length * LINE_HEIGHT + 2 * MARGIN) * ratio;
  const pen = picture.getContext("2d");
  if (pen === null) return Promise.reject(new Error("The browser draws no pictures."));
  pen.fillStyle = colours.surface;
  pen.fillRect(0, 0, picture.width, picture.height);
  pen.drawImage(canvas, MARGIN * ratio, (MARGIN + TITLE_HEIGHT) * ratio);
  pen.scale(ratio, ratio);
  pen.textBaseline = "middle";
  pen.fillStyle = colours.text;
  pen.font = `600 14px ${FONT}`;
  pen.fillText(title, MARGIN, MARGIN + TITLE_HEIGHT / 2, picture.width / ratio - 2 * MARGIN);
  pen.font = `12px ${FONT}`;
  named.forEach(({ curve }, place) => {
    const top = MARGIN + TITLE_HEIGHT + canvas.height / ratio + (place + 0.5) * LINE_HEIGHT;
    pen.fillStyle = colourAt(colours, curve.colour);
    pen.fillRect(MARGIN, top - 1.5, 16, 3);
    pen.fillStyle = colours.text;
    pen.fillText(curve.name, MARGIN + 24, top, picture.width / ratio - 3 * MARGIN - 24);
  });
  return new Promise((resolve, reject) => {
    picture.toBlob((blob) => (blob === null ? reject(new Error("The picture is too large.")) : resolve(blob)));
  });
}
