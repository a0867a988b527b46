import { useState } from "react";
import { Button, Dialog, FailureNotice, TextArea, TextField } from "../../components";
import { useTranslation } from "../../i18n";
import { useAction } from "../../state";
import styles from "./Tags.module.css";

/** What a dialog for a tag needs. */
export interface TagDialogProps {
  readonly runId: string;
  /** The tag as it is; without a name a new one. */
  readonly tag: { readonly key: string; readonly value: string };
  readonly onClose: () => void;
}

/** Adds a tag, or changes its value. */
export function TagDialog({ runId, tag, onClose }: TagDialogProps) {
  const { t } = useTranslation();
  const [key, setKey] = useState(tag.key);
  const [value, setValue] = useState(tag.value);
  const { mutateAsync, isPending, error } = useAction("set_tag", ["get_run_overview"]);
  const isNew = tag.key === "";
  const isReady = key.trim() !== "" && (isNew || value !== tag.value);

  async function save(): Promise<void> {
    if (!isReady) return;
    try {
      await mutateAsync({ run_id: runId, key: key.trim(), value });
      onClose();
    } catch {
      // The dialog says it.
    }
  }
  return (
    <Dialog
      title={isNew ? t("run.tags.add") : t("run.tags.change", { key: tag.key })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" isBusy={isPending} disabled={!isReady} onClick={() => void save()}>
            {t("run.save")}
          </Button>
        </>
      }
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {isNew ? <TextField label={t("run.tags.key")} value={key} onText={setKey} /> : null}
        <TextArea
          label={t("run.tags.value")}
          value={value}
          onText={setValue}
          rows={3}
          dir="auto"
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.shiftKey) {
              event.preventDefault();
              void save();
            }
          }}
        />
      </form>
      {error === null ? null : <FailureNotice error={error} />}
    </Dialog>
  );
}
