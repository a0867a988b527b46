import { axisOption, type FigureAxis } from "./figureAxis";
import type { FigureStyle } from "./figureStyle";

const LABEL_WIDTH = 110;
const NAME = { maxWidth: 420, ellipsis: "…" };

/** Returns two axes with room for their marks, for figures over a plane. */
export function planeOption(across: FigureAxis, up: FigureAxis, style: FigureStyle) {
  return {
    animation: false,
    grid: {
      left: 24,
      right: 24,
      top: 36,
      bottom: 34,
      outerBoundsMode: "same" as const,
      outerBoundsContain: "axisLabel" as const,
    },
    xAxis: {
      ...axisOption(across, style, LABEL_WIDTH),
      nameLocation: "middle" as const,
      nameGap: 30,
      nameTruncate: NAME,
    },
    yAxis: {
      ...axisOption(up, style, LABEL_WIDTH),
      nameLocation: "end" as const,
      nameTruncate: NAME,
      nameTextStyle: { color: style.text, fontSize: 12, align: "left" as const },
    },
  };
}
