import { useState } from "react";
import { useLocation } from "wouter";
import type { ModelOverviewMessage } from "../../api";
import { Checkbox, ConfirmDialog } from "../../components";
import { useTranslation } from "../../i18n";
import { modelsAddress } from "../../lib/addresses";
import { showNotice, useAction } from "../../state";
import { useForgotten } from "./useForgotten";

/** Removes a model with all its versions, and goes back to the list. */
export function DeleteModel({
  model,
  onClose,
}: {
  readonly model: ModelOverviewMessage;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const [force, setForce] = useState(false);
  const remove = useAction("delete_registered_model");
  const forget = useForgotten();
  const { name, production } = model;

  async function confirm(): Promise<void> {
    try {
      await remove.mutateAsync({ name, force });
      forget();
      showNotice(t("models.delete.done", { name }));
      navigate(modelsAddress(), { replace: true });
    } catch {
      // Shown in the dialog.
    }
  }
  return (
    <ConfirmDialog
      title={t("models.delete.title", { name })}
      confirm={t("models.delete")}
      isDangerous
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>{t("models.delete.text", { count: model.version_count })}</p>
      {production === null ? null : (
        <Checkbox
          label={t("models.delete.force", { version: production.version })}
          isChecked={force}
          onCheck={setForce}
        />
      )}
    </ConfirmDialog>
  );
}
