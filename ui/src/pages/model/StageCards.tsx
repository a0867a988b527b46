import { Undo2 } from "lucide-react";
import { useState } from "react";
import type { VersionSummaryMessage } from "../../api";
import { Button, FailureNotice, KeyMetric, Time } from "../../components";
import { useTranslation } from "../../i18n";
import { Actor } from "./Actor";
import { isFilesMissing } from "./failureKinds";
import { mayEdit } from "./permissions";
import { RollBackDialog } from "./RollBackDialog";
import { mayRollBack } from "./rollback";
import { StageBadge } from "./StageBadge";
import styles from "./StageCards.module.css";
import { ACTIVE_STAGES, type ActiveStage } from "./stages";
import type { LoadedModel } from "./useModel";
import { useRollBack } from "./useRollBack";
import { VersionName } from "./VersionName";

/** What is in Production and in Staging, since when, by whom, how good, and the way back. */
export function StageCards({ model }: { readonly model: LoadedModel }) {
  return (
    <ul className={styles.cards}>
      {ACTIVE_STAGES.map((stage) => (
        <StageCard
          key={stage}
          model={model}
          stage={stage}
          occupant={stage === "Production" ? model.overview.production : model.overview.staging}
        />
      ))}
    </ul>
  );
}

interface StageCardProps {
  readonly model: LoadedModel;
  readonly stage: ActiveStage;
  readonly occupant: VersionSummaryMessage | null;
}

function StageCard({ model, stage, occupant }: StageCardProps) {
  const { t } = useTranslation();
  const { name, permission } = model.overview;
  const current = occupant?.version ?? null;
  const [isAsking, setIsAsking] = useState(false);
  const { run, isBusy, error } = useRollBack(name, stage, current);
  const hasWayBack = mayEdit(permission) && mayRollBack(model.moves, model.hasMoreMoves, stage, current);
  return (
    <li className={styles.card}>
      <div className={styles.head}>
        <StageBadge stage={stage} />
        {hasWayBack ? (
          <Button
            icon={Undo2}
            variant="quiet"
            isBusy={isBusy}
            title={t("models.rollBack.hint")}
            onClick={() => void run()}
          >
            {t("models.rollBack")}
          </Button>
        ) : null}
      </div>
      {occupant === null ? (
        <p className={styles.nothing}>{t("models.stage.empty", { stage })}</p>
      ) : (
        <>
          <div className={styles.line}>
            <VersionName model={name} version={occupant.version} label={occupant.label} />
            {occupant.key_metric === null ? null : <KeyMetric metric={occupant.key_metric} />}
          </div>
          <div className={styles.details}>
            <Time moment={occupant.since ?? occupant.creation_timestamp} isRelative />
            {occupant.by === null ? null : <Actor name={occupant.by} />}
          </div>
        </>
      )}
      {error === null ? null : <FailureNotice error={error} />}
      {isFilesMissing(error) ? (
        <Button onClick={() => setIsAsking(true)}>{t("models.rollBack.withReason", { stage })}</Button>
      ) : null}
      {isAsking ? (
        <RollBackDialog name={name} stage={stage} current={current} onClose={() => setIsAsking(false)} />
      ) : null}
    </li>
  );
}
