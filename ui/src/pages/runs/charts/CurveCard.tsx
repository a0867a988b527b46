import { memo, useMemo } from "react";
import type { CurveView } from "../../../charts";
import { type ChangeCurveView, CurvePanel, type CurveRun } from "../../curves";
import { CardButtons, type CardButtonsProps } from "./CardButtons";

/** What the curves of a metric need. */
export interface CurveCardProps extends CardButtonsProps {
  readonly runs: readonly CurveRun[];
  readonly view: CurveView;
  readonly onView: ChangeCurveView;
  readonly isLive: boolean;
  readonly height: number;
  readonly mostPoints: number;
  readonly syncKey: string;
}

/** One metric of several runs as curves. */
export const CurveCard = memo(function CurveCard(props: CurveCardProps) {
  const { runs, view, onView, isLive, height, mostPoints, syncKey, ...buttons } = props;
  const keys = useMemo(() => [buttons.metric], [buttons.metric]);
  return (
    <CurvePanel
      title={buttons.metric}
      header={<CardButtons {...buttons} />}
      runs={runs}
      keys={keys}
      view={view}
      onView={onView}
      isLive={isLive}
      chartHeight={height}
      mostPoints={mostPoints}
      syncKey={syncKey}
    />
  );
});
