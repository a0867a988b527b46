import { DATA_COLOURS } from "../lib/colours";
import { readColours } from "../state";
import { type FigureStyle, SCALE_COLOURS } from "./figureStyle";

/** Returns the colours of the theme that is shown now. */
export function readFigureStyle(locale: string): FigureStyle {
  const numbered = (name: string, count: number) =>
    Array.from({ length: count }, (_, place) => `--${name}-${place + 1}`);
  const [text = "", softText = "", grid = "", surface = "", accent = "", ...others] = readColours([
    "--text",
    "--text-soft",
    "--border",
    "--surface",
    "--accent",
    ...numbered("data", DATA_COLOURS),
    ...numbered("scale", SCALE_COLOURS),
  ]);
  return {
    text,
    softText,
    grid,
    surface,
    accent,
    data: others.slice(0, DATA_COLOURS),
    scale: others.slice(DATA_COLOURS),
    locale,
  };
}
