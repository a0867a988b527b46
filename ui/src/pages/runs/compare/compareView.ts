import type { FigureRun } from "../../../charts";
import type { ComparedRuns } from "../compared/useComparedRuns";

/** What every way to compare runs needs. */
export interface CompareViewProps {
  readonly compared: ComparedRuns;
  /** How many runs were picked. */
  readonly total: number;
  /** The runs as figures show them. */
  readonly figureRuns: readonly FigureRun[];
  readonly onRun: (runId: string) => void;
}
