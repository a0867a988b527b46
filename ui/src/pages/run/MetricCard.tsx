import { memo, useMemo } from "react";
import type { MetricSummaryMessage } from "../../api";
import type { CurveView } from "../../charts";
import { ReadMetric } from "../../components";
import { type ChangeCurveView, CurvePanel, type CurveRun } from "../curves";

/** What the card of a metric needs. */
export interface MetricCardProps {
  readonly metric: MetricSummaryMessage;
  readonly runs: readonly CurveRun[];
  readonly view: CurveView;
  readonly onView: ChangeCurveView;
  readonly isLive: boolean;
  readonly syncKey: string;
}

/** The curve of a metric with its last value and how good that is. */
export const MetricCard = memo(function MetricCard(props: MetricCardProps) {
  const { metric, ...others } = props;
  const keys = useMemo(() => [metric.key], [metric.key]);
  return (
    <CurvePanel
      {...others}
      title={metric.key}
      keys={keys}
      header={<ReadMetric value={metric.last} reading={metric.reading} band={metric.band} isShort />}
    />
  );
});
