import { useState } from "react";
import { useLocation } from "wouter";
import type { VersionSummaryMessage } from "../../api";
import { Checkbox, ConfirmDialog } from "../../components";
import { useTranslation } from "../../i18n";
import { modelAddress } from "../../lib/addresses";
import { showNotice, useAction } from "../../state";
import { useForgotten } from "./useForgotten";

/** What removing a version needs. */
export interface DeleteVersionProps {
  readonly name: string;
  readonly version: VersionSummaryMessage;
  readonly onClose: () => void;
}

/** Removes a version, and goes back to its model. */
export function DeleteVersion({ name, version: { version, stage }, onClose }: DeleteVersionProps) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const [force, setForce] = useState(false);
  const remove = useAction("delete_model_version");
  const forget = useForgotten();

  function confirm(): void {
    const request = { name, version: String(version), force };
    remove.mutate(request, {
      onSuccess: () => {
        forget();
        showNotice(t("models.version.delete.done", { version }));
        navigate(modelAddress(name), { replace: true });
      },
    });
  }
  return (
    <ConfirmDialog
      title={t("models.version.delete.title", { version, name })}
      confirm={t("models.version.delete")}
      isDangerous
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{t("models.version.delete.text")}</p>
      {stage === "Production" ? (
        <Checkbox label={t("models.delete.force", { version })} isChecked={force} onCheck={setForce} />
      ) : null}
    </ConfirmDialog>
  );
}
