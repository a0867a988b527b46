import { type ChartColumn, chartColumn } from "../lib/chartColumn";
import { colourBetween, shareBetween } from "../lib/colourScale";
import { DATA_COLOURS } from "../lib/colours";
import type { AxisUnit } from "./figureAxis";
import type { FigureStyle } from "./figureStyle";
import type { FigureColouring, FigureRun } from "./figureTypes";

/** How runs are coloured: each by itself, by a number from low to high, or by a text. */
export type ColourKey =
  | { readonly kind: "run" }
  | {
      readonly kind: "number";
      readonly title: string;
      readonly least: number;
      readonly greatest: number;
      readonly unit: AxisUnit;
    }
  | { readonly kind: "text"; readonly title: string; readonly texts: readonly string[] };

/** Colours of runs: their numbers in the theme or their places on the scale, and what they mean. */
export interface Colouring {
  readonly key: ColourKey;
  readonly column: ChartColumn | null;
}

/** Returns what runs are coloured by; null colours each by itself. */
export function colouringOf(by: FigureColouring | null): Colouring {
  if (by === null) return { key: { kind: "run" }, column: null };
  const column = chartColumn(by.values);
  if (!column.isNumeric) return { key: { kind: "text", title: by.title, texts: column.texts }, column };
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const position of column.positions) {
    if (position === null) continue;
    least = Math.min(least, position);
    greatest = Math.max(greatest, position);
  }
  if (least > greatest) return { key: { kind: "run" }, column: null };
  return { key: { kind: "number", title: by.title, least, greatest, unit: by.unit }, column };
}

/** Returns the colour of a run; grey where it has no value to be coloured by. */
export function runColour(colouring: Colouring, run: FigureRun, place: number, style: FigureStyle): string {
  const { key, column } = colouring;
  if (key.kind === "run") return style.data[run.colour - 1] ?? style.text;
  const position = column?.positions[place] ?? null;
  if (position === null) return style.softText;
  if (key.kind === "number") return colourBetween(style.scale, shareBetween(position, key.least, key.greatest));
  return style.data[position % DATA_COLOURS] ?? style.text;
}
