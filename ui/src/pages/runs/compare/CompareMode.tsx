import { ChartScatter, Columns3 } from "lucide-react";
import { useCallback, useEffect, useMemo } from "react";
import { useLocation } from "wouter";
import { prepareFigures } from "../../../charts";
import { Button, EmptyPlace, FailureNotice, Skeleton } from "../../../components";
import { useTranslation } from "../../../i18n";
import { runAddress } from "../../../lib/addresses";
import { choiceCodec } from "../../../lib/codecs";
import { useUrlState } from "../../../state";
import { useComparedRuns } from "../compared/useComparedRuns";
import type { ModeProps } from "../modes";
import { BoxView } from "./BoxView";
import styles from "./CompareMode.module.css";
import { ContourView } from "./ContourView";
import { IdenticalNote } from "./IdenticalNote";
import { ParallelView } from "./ParallelView";
import { ScatterView } from "./ScatterView";
import { ValuesView } from "./ValuesView";

const VIEWS = ["values", "parallel", "scatter", "contour", "box"] as const;
const viewCodec = choiceCodec(VIEWS, "values");

const SHOWN = { values: ValuesView, parallel: ParallelView, scatter: ScatterView, contour: ContourView, box: BoxView };

/** Runs side by side: their values, and figures of these. */
export default function CompareMode({ runIds, experimentIds }: ModeProps) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const [view, setView] = useUrlState("compare", viewCodec);
  const compared = useComparedRuns(runIds, experimentIds);
  const { runs, colours, isPending, error, refetch } = compared;
  const figureRuns = useMemo(
    () => runs.map(({ id, name }) => ({ id, name, colour: colours.get(id) ?? 1 })),
    [runs, colours],
  );
  const open = useCallback((runId: string) => navigate(runAddress(runId)), [navigate]);
  useEffect(() => {
    if (view !== "values") prepareFigures();
  }, [view]);
  const View = SHOWN[view];
  return (
    <div className={styles.mode}>
      <div role="group" aria-label={t("compare.views")} className={styles.views}>
        {VIEWS.map((name) => (
          <Button
            key={name}
            variant={name === view ? "plain" : "quiet"}
            icon={name === "values" ? Columns3 : ChartScatter}
            aria-pressed={name === view}
            onClick={() => setView(name)}
          >
            {t(`compare.view.${name}`)}
          </Button>
        ))}
      </div>
      {error === null ? null : <FailureNotice error={error} isKept={runs.length > 0} onAgain={refetch} />}
      {isPending ? (
        error === null && <Skeleton lines={14} />
      ) : runs.length === 0 ? (
        error === null && <EmptyPlace icon={Columns3} title={t("compare.none.title")} why={t("compare.none.why")} />
      ) : (
        <>
          <IdenticalNote runs={runs} />
          <View compared={compared} total={runIds.length} figureRuns={figureRuns} onRun={open} />
        </>
      )}
    </div>
  );
}
