import { type FormEvent, useId, useState } from "react";
import type { ModelOverviewMessage, VersionSummaryMessage } from "../../api";
import { Button, Checkbox, Dialog, FailureNotice, Select, TextArea } from "../../components";
import { useTranslation } from "../../i18n";
import { showNotice, useAction, useAnotherServer } from "../../state";
import { REGISTRY_ANSWERS } from "./changed";
import { isFilesMissing } from "./failureKinds";
import styles from "./forms.module.css";
import { isActive, nextStage, STAGES, type Stage } from "./stages";

/** What moving a version needs. */
export interface TransitionDialogProps {
  readonly model: ModelOverviewMessage;
  readonly version: VersionSummaryMessage;
  readonly onClose: () => void;
}

/** Moves a version into another stage: where to, what becomes of the one that is there, and why. */
export function TransitionDialog({ model, version, onClose }: TransitionDialogProps) {
  const { t } = useTranslation();
  const id = useId();
  const [stage, setStage] = useState<Stage>(nextStage(version.stage));
  const [archives, setArchives] = useState(true);
  const [reason, setReason] = useState("");
  const [force, setForce] = useState(false);
  const { lacks } = useAnotherServer();
  const promote = useAction("promote_model", REGISTRY_ANSWERS);
  const occupant = occupantOf(model, stage);

  async function move(event: FormEvent): Promise<void> {
    event.preventDefault();
    try {
      await promote.mutateAsync({
        model_name: model.name,
        version: version.version,
        stage,
        // What the reader sees there is what she decides about.
        ...(isActive(stage) ? { archive_existing: archives, expected_version: occupant?.version ?? 0 } : {}),
        ...(reason.trim() === "" ? {} : { reason: reason.trim() }),
        force,
      });
      showNotice(t("models.transition.done", { version: version.version, stage }));
      onClose();
    } catch {
      // Shown below.
    }
  }
  return (
    <Dialog
      title={t("models.transition.title", { version: version.version })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" type="submit" form={id} isBusy={promote.isPending}>
            {t("models.transition.move", { stage })}
          </Button>
        </>
      }
    >
      <form id={id} className={styles.form} onSubmit={(event) => void move(event)}>
        <Select
          label={t("models.transition.stage")}
          choices={STAGES.filter((other) => other !== version.stage).map((other) => ({ value: other, text: other }))}
          value={stage}
          onChoice={setStage}
        />
        <p className={styles.note}>{t(`models.stage.${stage}`)}</p>
        {isActive(stage) ? (
          <Checkbox
            label={
              occupant === null
                ? t("models.transition.archiveNone", { stage })
                : t("models.transition.archive", { version: occupant.version })
            }
            isChecked={archives}
            onCheck={setArchives}
          />
        ) : null}
        {lacks("move_history") ? null : (
          <TextArea
            label={t("models.reason")}
            hint={t("models.reason.hint")}
            value={reason}
            onText={setReason}
            rows={3}
          />
        )}
        {promote.error === null ? null : <FailureNotice error={promote.error} />}
        {isFilesMissing(promote.error) ? (
          <Checkbox label={t("models.transition.force")} isChecked={force} onCheck={setForce} />
        ) : null}
      </form>
    </Dialog>
  );
}

function occupantOf(model: ModelOverviewMessage, stage: Stage): VersionSummaryMessage | null {
  if (stage === "Production") return model.production;
  return stage === "Staging" ? model.staging : null;
}
