import { DATA_COLOURS } from "../lib/colours";
import { readColours } from "../state";

/** Colours that a chart draws with, as they are in the theme now. */
export interface PlotColours {
  readonly text: string;
  readonly grid: string;
  readonly surface: string;
  readonly data: readonly string[];
}

/** Returns the colours of the theme that is shown now. */
export function plotColours(): PlotColours {
  const names = Array.from({ length: DATA_COLOURS }, (_, place) => `--data-${place + 1}`);
  const [text = "", grid = "", surface = "", ...data] = readColours(["--text-soft", "--border", "--surface", ...names]);
  return { text, grid, surface, data };
}

/** Returns the colour of a curve by its number. */
export function colourAt(colours: PlotColours, number: number): string {
  return colours.data[number - 1] ?? colours.text;
}

/** Returns a colour that lets most of what is behind it through; it is one that browsers computed. */
export function faint(colour: string): string {
  return colour.replace(/^rgb\((.*)\)$/, "rgba($1, 0.28)");
}
