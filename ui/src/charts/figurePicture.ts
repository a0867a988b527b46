import { FIGURE_FONT, type FigureStyle } from "./figureStyle";

const MARGIN = 12;
const TITLE_HEIGHT = 30;
const NOTE_HEIGHT = 20;

/**
 * Returns a figure as a picture with its title above and what it leaves out below.
 *
 * @param canvas What was drawn.
 * @param ratio How many pixels of it are one of the page.
 * @param title What it shows.
 * @param note A line below it; empty for none.
 * @param style Of the theme in which it was drawn.
 */
export function figurePicture(
  canvas: HTMLCanvasElement,
  ratio: number,
  title: string,
  note: string,
  style: FigureStyle,
): Promise<Blob> {
  const picture = document.createElement("canvas");
  picture.width = canvas.width + 2 * MARGIN * ratio;
  picture.height = canvas.height + (TITLE_HEIGHT + NOTE_HEIGHT + 2 * MARGIN) * ratio;
  const pen = picture.getContext("2d");
  if (pen === null) return Promise.reject(new Error("The browser draws no pictures."));
  pen.fillStyle = style.surface;
  pen.fillRect(0, 0, picture.width, picture.height);
  pen.drawImage(canvas, MARGIN * ratio, (MARGIN + TITLE_HEIGHT) * ratio);
  pen.scale(ratio, ratio);
  pen.textBaseline = "middle";
  const width = picture.width / ratio - 2 * MARGIN;
  pen.fillStyle = style.text;
  pen.font = `600 14px ${FIGURE_FONT}`;
  pen.fillText(title, MARGIN, MARGIN + TITLE_HEIGHT / 2, width);
  pen.fillStyle = style.softText;
  pen.font = `12px ${FIGURE_FONT}`;
  pen.fillText(note, MARGIN, MARGIN + TITLE_HEIGHT + canvas.height / ratio + NOTE_HEIGHT / 2, width);
  return new Promise((resolve, reject) => {
    picture.toBlob((blob) => (blob === null ? reject(new Error("The picture is too large.")) : resolve(blob)));
  });
}
