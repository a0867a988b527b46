/** How many colours the scale from low to high has: `--scale-1` and so on in `app/tokens.css`. */
export const SCALE_COLOURS = 5;

/** Colours and letters that a figure is drawn with, as they are in the theme now. */
export interface FigureStyle {
  readonly text: string;
  readonly softText: string;
  readonly grid: string;
  readonly surface: string;
  readonly accent: string;
  /** Colours of runs and of groups. */
  readonly data: readonly string[];
  /** Colours from low to high. */
  readonly scale: readonly string[];
  /** How numbers are written. */
  readonly locale: string;
}

/** Letters of figures and pictures. */
export const FIGURE_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
