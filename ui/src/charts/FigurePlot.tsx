import { type KeyboardEvent, type Ref, useEffect, useImperativeHandle, useMemo, useRef, useState } from "react";
import { useTranslation } from "../i18n";
import { areSameLimits, type Limit, type Limits } from "../lib/limits";
import { useShownTheme } from "../state";
import { beginDrawing, type Drawing } from "./drawing";
import styles from "./FigurePlot.module.css";
import { figurePicture } from "./figurePicture";
import type { DrawFigure, Figure, FigureLimits, FigureMark } from "./figureTypes";
import { readFigureStyle } from "./readFigureStyle";

const PICTURE_RATIO = 2;
const NO_LIMITS: readonly Limit[] = [];
// Name that the library gives what it draws for a stretch.
const LIMIT_SHAPE = "main";
const LIMIT_OPACITY = 0.3;

/** What can be had of a figure that is drawn. */
export interface FigurePicture {
  /** Returns it as a PNG with a line below it. */
  readonly toPng: (note: string) => Promise<Blob>;
}

/** What a figure needs. */
export interface FigurePlotProps {
  /** What it shows: read aloud, and above its picture. */
  readonly title: string;
  readonly draw: DrawFigure;
  /** Height in pixels, without the line below it. */
  readonly height: number;
  /** Told when something in it is chosen by a click or by Enter. */
  readonly onChoose?: ((mark: FigureMark) => void) | undefined;
  /** Limits that are drawn on its axes; of parallel coordinates alone. */
  readonly limits?: FigureLimits | undefined;
  readonly ref?: Ref<FigurePicture>;
}

/** A figure on a canvas. Arrows go from mark to mark, which is read below it; Enter chooses. */
export default function FigurePlot({ title, draw, height, onChoose, limits, ref }: FigurePlotProps) {
  const { t, locale } = useTranslation();
  const theme = useShownTheme();
  const mount = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing | null>(null);
  const [place, setPlace] = useState(-1);
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are other ones in another theme.
  const style = useMemo(() => readFigureStyle(locale), [locale, theme]);
  const figure = useMemo(() => draw(style), [draw, style]);
  const { accent } = style;
  const latest = useRef({ figure, onChoose, limits, accent });
  useEffect(() => {
    latest.current = { figure, onChoose, limits, accent };
  });

  useEffect(() => {
    const box = mount.current;
    if (box === null) return;
    const plot = beginDrawing(box);
    drawing.current = plot;
    plot.on("mouseover", (event) => setPlace(placeOf(latest.current.figure, event)));
    plot.on("mouseout", () => setPlace(-1));
    plot.on("click", (event) => {
      const { figure: shown, onChoose: tell } = latest.current;
      const mark = shown.marks[placeOf(shown, event)];
      if (mark !== undefined) tell?.(mark);
    });
    plot.on("axisareaselected", (event) => {
      const { limits: shown } = latest.current;
      const { parallelAxisId, intervals } = event as { parallelAxisId?: string; intervals?: [number, number][] };
      if (shown === undefined || parallelAxisId === undefined || intervals === undefined) return;
      const sorted = intervals.map(([from, to]): Limit => [Math.min(from, to), Math.max(from, to)]);
      if (!areSameLimits(sorted, shown.limits[parallelAxisId] ?? NO_LIMITS)) shown.onLimit(parallelAxisId, sorted);
    });
    const watcher = new ResizeObserver(() => {
      if (box.clientWidth === 0) return;
      plot.resize();
      colourLimits(plot, latest.current.accent);
    });
    watcher.observe(box);
    return () => {
      watcher.disconnect();
      drawing.current = null;
      plot.dispose();
    };
  }, []);
  const limited = limits?.limits;
  useEffect(() => {
    const plot = drawing.current;
    if (plot === null) return;
    plot.setOption(figure.option, { notMerge: true });
    if (limited === undefined) return;
    showLimits(plot, figure, limited);
    colourLimits(plot, accent);
  }, [figure, limited, accent]);
  useImperativeHandle(ref, () => ({
    toPng: (note) => {
      if (drawing.current === null) return Promise.reject(new Error("The figure is not drawn yet."));
      const canvas = drawing.current.renderToCanvas({ pixelRatio: PICTURE_RATIO, backgroundColor: style.surface });
      return figurePicture(canvas, PICTURE_RATIO, title, note, style);
    },
  }));

  function go(next: number): void {
    const plot = drawing.current;
    const before = figure.marks[place];
    const mark = figure.marks[next];
    if (plot === null) return;
    if (before !== undefined) plot.dispatchAction({ type: "downplay", ...whereIs(before) });
    if (mark !== undefined) plot.dispatchAction({ type: "highlight", ...whereIs(mark) });
    setPlace(next);
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = figure.marks.length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: Math.min(place + 1, last),
      ArrowDown: Math.min(place + 1, last),
      ArrowLeft: Math.max(place - 1, 0),
      ArrowUp: Math.max(place - 1, 0),
      Home: 0,
      End: last,
      Escape: -1,
    };
    const next = moves[event.key];
    const mark = figure.marks[place];
    if (next !== undefined) go(next);
    else if (event.key === "Enter" && mark !== undefined) onChoose?.(mark);
    else return;
    event.preventDefault();
  }
  const words = figure.marks[place]?.words;
  return (
    <>
      <div
        role="slider"
        tabIndex={0}
        aria-label={t("figures.cursor", { title })}
        aria-valuemin={0}
        aria-valuemax={figure.marks.length}
        aria-valuenow={words === undefined ? 0 : place + 1}
        aria-valuetext={words ?? t("figures.cursor.none")}
        className={styles.plot}
        onKeyDown={onKeyDown}
        onBlur={() => go(-1)}
      >
        <div ref={mount} aria-hidden="true" style={{ height }} />
      </div>
      <p className={styles.readout} aria-hidden="true" dir="auto" title={words}>
        {words ?? t("figures.hint")}
      </p>
    </>
  );
}

function whereIs({ seriesIndex, dataIndex }: FigureMark) {
  return { seriesIndex, dataIndex };
}

function placeOf({ marks }: Figure, event: { seriesIndex?: number; dataIndex?: number }): number {
  return marks.findIndex((mark) => mark.seriesIndex === event.seriesIndex && mark.dataIndex === event.dataIndex);
}

/** Draws limits on the axes: they go with the figure before. */
function showLimits(plot: Drawing, { option }: Figure, limits: Limits): void {
  const axes = Array.isArray(option.parallelAxis) ? option.parallelAxis : [];
  let isLimited = false;
  for (const { id } of axes) {
    const stretches = limits[String(id)] ?? NO_LIMITS;
    if (stretches.length === 0) continue;
    isLimited = true;
    plot.dispatchAction({
      type: "axisAreaSelect",
      parallelAxisId: id,
      intervals: stretches.map((limit) => [...limit]),
    });
  }
  // The library draws stretches when it draws the axis, and not when it is told of them.
  if (isLimited) plot.resize();
}

/** Gives stretches on axes a colour: drawn anew, they have one of the library. */
function colourLimits(plot: Drawing, accent: string): void {
  for (const shape of plot.getZr().storage.getDisplayList(true)) {
    if (shape.name === LIMIT_SHAPE) shape.attr("style", { fill: accent, stroke: accent, opacity: LIMIT_OPACITY });
  }
}
