import type uPlot from "uplot";
import type { PlottedCurves } from "./curveData";
import { colourAt, type PlotColours } from "./plotColours";

const SIZE = 4;

/** Marks where values were that no line goes through: NaN and −∞ at the bottom edge, ∞ at the top one. */
export function drawOddPoints(plot: uPlot, plotted: PlottedCurves, colours: PlotColours): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const { min, max } = plot.scales.x ?? {};
  if (min == null || max == null) return;
  ctx.save();
  ctx.lineWidth = 1.5 * ratio;
  for (const { curve, odd } of plotted.curves) {
    ctx.strokeStyle = colourAt(colours, curve.colour);
    for (const { x, value } of odd) {
      if (x < min || x > max) continue;
      const left = plot.valToPos(x, "x", true);
      ctx.beginPath();
      if (Number.isNaN(value)) cross(ctx, left, bbox.top + bbox.height - SIZE * ratio, SIZE * ratio);
      else if (value > 0) arrow(ctx, left, bbox.top + 1, SIZE * ratio);
      else arrow(ctx, left, bbox.top + bbox.height - 1, -SIZE * ratio);
      ctx.stroke();
    }
  }
  ctx.restore();
}

function cross(ctx: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  ctx.moveTo(x - size, y - size);
  ctx.lineTo(x + size, y + size);
  ctx.moveTo(x - size, y + size);
  ctx.lineTo(x + size, y - size);
}

function arrow(ctx: CanvasRenderingContext2D, x: number, tip: number, size: number): void {
  ctx.moveTo(x - Math.abs(size), tip + size * 1.5);
  ctx.lineTo(x, tip);
  ctx.lineTo(x + Math.abs(size), tip + size * 1.5);
}
