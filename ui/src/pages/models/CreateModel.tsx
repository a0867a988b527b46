import { type FormEvent, useId, useState } from "react";
import { useLocation } from "wouter";
import { Button, Dialog, FailureNotice, TextArea, TextField } from "../../components";
import { useTranslation } from "../../i18n";
import { modelAddress } from "../../lib/addresses";
import { useAction } from "../../state";
import { REGISTRY_ANSWERS } from "../model/changed";
import forms from "../model/forms.module.css";

/** Makes a registered model without versions, and opens it. */
export function CreateModel({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const [, navigate] = useLocation();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const create = useAction("create_registered_model", REGISTRY_ANSWERS);

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (name.trim() === "") return;
    try {
      const { registered_model: made } = await create.mutateAsync({
        name: name.trim(),
        ...(description.trim() === "" ? {} : { description }),
      });
      onClose();
      navigate(modelAddress(made.name));
    } catch {
      // Shown below.
    }
  }
  return (
    <Dialog
      title={t("models.create")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" type="submit" form={id} isBusy={create.isPending} disabled={name.trim() === ""}>
            {t("models.create.confirm")}
          </Button>
        </>
      }
    >
      <form id={id} className={forms.form} onSubmit={(event) => void save(event)}>
        <TextField label={t("models.name")} hint={t("models.create.hint")} value={name} onText={setName} />
        <TextArea
          label={t("models.description")}
          placeholder={t("models.description.placeholder")}
          value={description}
          onText={setDescription}
          rows={3}
        />
        {create.error === null ? null : <FailureNotice error={create.error} />}
      </form>
    </Dialog>
  );
}
