import { type KeyboardEvent, type Ref, useEffect, useImperativeHandle, useMemo, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useTranslation } from "../i18n";
import { useShownTheme } from "../state";
import styles from "./CurvePlot.module.css";
import { CurveReadout, type Reading } from "./CurveReadout";
import type { PlottedCurves } from "./curveData";
import { curvePicture } from "./curvePicture";
import { positionText, readingText } from "./curveTexts";
import type { CurveRange, CurveView } from "./curveTypes";
import { type PlotColours, plotColours } from "./plotColours";
import { plotData, plotOptions } from "./plotOptions";

const ZOOM = 2;

/** What can be had of a chart that is drawn. */
export interface CurvePicture {
  /** Returns it as a PNG. */
  readonly toPng: () => Promise<Blob>;
}

/** What a chart of curves needs. */
export interface CurvePlotProps {
  /** What it shows: read aloud, and above its picture. */
  readonly title: string;
  /** The curves; see `plottedCurves`. */
  readonly plotted: PlottedCurves;
  readonly view: CurveView;
  /** Height of the plot in pixels, without what stands below it. */
  readonly height: number;
  /** Whether curves are named below, although there is one: what it is of is not said elsewhere. */
  readonly isNamed: boolean;
  /** Charts with the same one move their cursors together. */
  readonly syncKey?: string | undefined;
  /** Asked to show another stretch of the axis; null for all. */
  readonly onRange: (range: CurveRange | null) => void;
  readonly ref?: Ref<CurvePicture>;
}

interface Drawn {
  readonly plot: uPlot;
  readonly colours: PlotColours;
  readonly plotted: PlottedCurves;
  readonly range: CurveRange | null;
}

/** Curves over one axis, drawn on a canvas. Dragging zooms in, a double click out; arrows move the cursor. */
export default function CurvePlot(props: CurvePlotProps) {
  const { title, plotted, view, height, isNamed, syncKey, onRange, ref } = props;
  const { t, locale } = useTranslation();
  const theme = useShownTheme();
  const mount = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | null>(null);
  const latest = useRef({ plotted, view, onRange, title });
  const [reading, setReading] = useState<Reading | null>(null);
  const design = useMemo(() => designKey(plotted, view), [plotted, view]);

  useEffect(() => {
    latest.current = { plotted, view, onRange, title };
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: with the design or the theme it is made anew; data is put into it.
  useEffect(() => {
    const box = mount.current;
    if (box === null) return;
    const colours = plotColours();
    const now = latest.current;
    const options = plotOptions(
      now.plotted,
      { width: Math.max(box.clientWidth, 60), height },
      { view: now.view, locale, colours, syncKey },
      {
        plotted: () => latest.current.plotted,
        range: () => latest.current.view.range,
        onCursor: (plot) => setReading(readingAt(plot)),
        onRange: (range) => latest.current.onRange(range),
      },
    );
    const plot = new uPlot(options, plotData(now.plotted), box);
    drawn.current = { plot, colours, plotted: now.plotted, range: now.view.range };
    const watcher = new ResizeObserver(() => {
      if (box.clientWidth > 0 && box.clientWidth !== plot.width) plot.setSize({ width: box.clientWidth, height });
    });
    watcher.observe(box);
    return () => {
      watcher.disconnect();
      drawn.current = null;
      setReading(null);
      plot.destroy();
    };
  }, [design, theme, locale, height, syncKey]);
  const { range } = view;
  useEffect(() => {
    const now = drawn.current;
    // What was just made shows them already.
    if (now === null || (now.plotted === plotted && now.range === range)) return;
    drawn.current = { ...now, plotted, range };
    now.plot.setData(plotData(plotted));
  }, [plotted, range]);
  useImperativeHandle(ref, () => ({
    toPng: async () => {
      if (drawn.current === null) throw new Error("The chart is not drawn yet.");
      return curvePicture({ ...latest.current, colours: drawn.current.colours, locale });
    },
  }));

  function onKeyDown(event: KeyboardEvent): void {
    const plot = drawn.current?.plot;
    if (plot === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && view.range !== null) onRange(null);
    else if (event.key === "+" || event.key === "=") onRange(zoomed(plot, 1 / ZOOM));
    else if (event.key === "-") onRange(view.range === null ? null : zoomed(plot, ZOOM));
    else if (!moveCursor(plot, event.key)) return;
    event.preventDefault();
  }
  const place = reading?.place ?? 0;
  const words = reading === null ? t("charts.cursor.none") : readingWords(plotted, view, reading, locale);
  return (
    <>
      <div
        role="slider"
        tabIndex={0}
        aria-label={t("charts.cursor", { title })}
        aria-valuemin={0}
        aria-valuemax={Math.max(plotted.xs.length - 1, 0)}
        aria-valuenow={place}
        aria-valuetext={words}
        className={styles.plot}
        onKeyDown={onKeyDown}
        onDoubleClick={() => onRange(null)}
      >
        <div ref={mount} aria-hidden="true" className={styles.canvas} style={{ height }} />
      </div>
      <CurveReadout plotted={plotted} view={view} reading={reading} isNamed={isNamed} />
    </>
  );
}

/** Returns what the chart has to be made anew for: everything but the data and the range. */
function designKey(plotted: PlottedCurves, view: CurveView): string {
  const curves = plotted.curves.map(({ curve, smoothed }) => [curve.id, curve.colour, curve.dash, smoothed === null]);
  return JSON.stringify([view.axis, view.isLogX, view.isLogY, curves]);
}

function readingAt(plot: uPlot): Reading | null {
  const { idx, idxs, left = -1, top = -1 } = plot.cursor;
  if (idx == null || left < 0) return null;
  return { place: idx, places: [...(idxs ?? [])], level: top >= 0 ? plot.posToVal(top, "y") : null };
}

/** Moves the cursor from point to point; tells whether the key means that. */
function moveCursor(plot: uPlot, key: string): boolean {
  const xs = plot.data[0] ?? [];
  const from = plot.cursor.idx ?? -1;
  const page = Math.max(Math.round(xs.length / 10), 1);
  const moves: Readonly<Record<string, number>> = {
    ArrowRight: from + 1,
    ArrowLeft: from - 1,
    PageUp: from + page,
    PageDown: from - page,
    Home: 0,
    End: xs.length - 1,
  };
  const to = moves[key];
  if (to === undefined) return false;
  const x = xs[Math.min(Math.max(to, 0), xs.length - 1)];
  if (x !== undefined) plot.setCursor({ left: plot.valToPos(x, "x"), top: plot.over.clientHeight / 2 });
  return true;
}

/** Returns a stretch around the cursor, or around the middle: shorter or longer by a factor. */
function zoomed(plot: uPlot, factor: number): CurveRange | null {
  const { min, max } = plot.scales.x ?? {};
  if (min == null || max == null) return null;
  const { left = -1 } = plot.cursor;
  const middle = left < 0 ? (min + max) / 2 : plot.posToVal(left, "x");
  const half = ((max - min) * factor) / 2;
  return { start: middle - half, end: middle + half };
}

function readingWords(plotted: PlottedCurves, view: CurveView, reading: Reading, locale: string): string {
  const step = smoothStep(plotted);
  const values = plotted.curves.flatMap(({ curve, values: own }, place) => {
    const value = own[reading.places[place * step + 1] ?? -1];
    return value == null ? [] : [`${curve.name}: ${readingText(value, locale)}`];
  });
  const x = plotted.xs[reading.place];
  return [...(x === undefined ? [] : [positionText(x, view.axis, locale)]), ...values].join(", ");
}

function smoothStep(plotted: PlottedCurves): number {
  return plotted.curves[0]?.smoothed == null ? 1 : 2;
}
