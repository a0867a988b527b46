import { useSyncExternalStore } from "react";
import styles from "./Sparkline.module.css";
import { sparkPath } from "./sparkPath";
import { type SparkStore, sparkKey } from "./sparkStore";

const WIDTH = 64;
const HEIGHT = 16;

/** What a small curve needs. */
export interface SparklineProps {
  readonly sparks: SparkStore;
  readonly runId: string;
  readonly metric: string;
}

/** How a metric went, small; the value beside it is what is read aloud. */
export function Sparkline({ sparks, runId, metric }: SparklineProps) {
  const values = useSyncExternalStore(sparks.subscribe, () => sparks.get().get(sparkKey(runId, metric)));
  const path = values === undefined ? "" : sparkPath(values, WIDTH, HEIGHT);
  return (
    <svg className={styles.spark} viewBox={`-1 -1 ${WIDTH + 2} ${HEIGHT + 2}`} aria-hidden="true">
      {path === "" ? null : <path d={path} />}
    </svg>
  );
}
