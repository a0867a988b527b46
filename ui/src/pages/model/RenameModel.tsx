import { type FormEvent, useId, useState } from "react";
import { useLocation } from "wouter";
import { Button, Dialog, FailureNotice, TextField } from "../../components";
import { useTranslation } from "../../i18n";
import { modelAddress } from "../../lib/addresses";
import { useAction } from "../../state";
import styles from "./forms.module.css";
import { useForgotten } from "./useForgotten";

/** Gives a model another name, and goes where it is then. */
export function RenameModel({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const [, navigate] = useLocation();
  const [typed, setTyped] = useState(name);
  const rename = useAction("rename_registered_model");
  const forget = useForgotten();

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    try {
      const { registered_model: renamed } = await rename.mutateAsync({ name, new_name: typed.trim() });
      forget();
      onClose();
      navigate(modelAddress(renamed.name), { replace: true });
    } catch {
      // Shown below.
    }
  }
  return (
    <Dialog
      title={t("models.rename")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button
            variant="primary"
            type="submit"
            form={id}
            isBusy={rename.isPending}
            disabled={typed.trim() === "" || typed.trim() === name}
          >
            {t("models.save")}
          </Button>
        </>
      }
    >
      <form id={id} className={styles.form} onSubmit={(event) => void save(event)}>
        <TextField label={t("models.name")} hint={t("models.rename.hint")} value={typed} onText={setTyped} />
        {rename.error === null ? null : <FailureNotice error={rename.error} />}
      </form>
    </Dialog>
  );
}
