import { useState } from "react";
import { Button, Checkbox, Dialog, FailureNotice, TextArea } from "../../components";
import { useTranslation } from "../../i18n";
import { isFilesMissing } from "./failureKinds";
import type { ActiveStage } from "./stages";
import { useRollBack } from "./useRollBack";

/** What rolling back with a reason needs. */
export interface RollBackDialogProps {
  readonly name: string;
  readonly stage: ActiveStage;
  /** Version that is there now; null for none. */
  readonly current: number | null;
  readonly onClose: () => void;
}

/** Rolls a stage back and asks why. */
export function RollBackDialog({ name, stage, current, onClose }: RollBackDialogProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const [force, setForce] = useState(false);
  const { run, isBusy, error } = useRollBack(name, stage, current);
  async function confirm(): Promise<void> {
    if (await run({ reason, force })) onClose();
  }
  return (
    <Dialog
      title={t("models.rollBack.title", { stage })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" isBusy={isBusy} onClick={() => void confirm()}>
            {t("models.rollBack")}
          </Button>
        </>
      }
    >
      <p>
        {current === null
          ? t("models.rollBack.ofEmpty", { stage })
          : t("models.rollBack.of", { version: current, stage })}
      </p>
      <TextArea label={t("models.reason")} hint={t("models.reason.hint")} value={reason} onText={setReason} rows={3} />
      {error === null ? null : <FailureNotice error={error} />}
      {isFilesMissing(error) ? (
        <Checkbox label={t("models.transition.force")} isChecked={force} onCheck={setForce} />
      ) : null}
    </Dialog>
  );
}
