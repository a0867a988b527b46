import { useState } from "react";
import { useTranslation } from "../i18n";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { FailureNotice } from "./FailureNotice";
import styles from "./TagEditor.module.css";
import { TextArea, TextField } from "./TextField";

/** A tag as it is shown. */
export interface TagText {
  readonly key: string;
  readonly value: string;
}

/** What a dialog for a tag needs. */
export interface TagDialogProps {
  /** The tag as it is; without a name a new one. */
  readonly tag: TagText;
  /** Those that are there. */
  readonly known: readonly TagText[];
  readonly onSet: (key: string, value: string) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Adds a tag, or changes its value. */
export function TagDialog({ tag, known, onSet, onClose }: TagDialogProps) {
  const { t } = useTranslation();
  const [key, setKey] = useState(tag.key);
  const [value, setValue] = useState(tag.value);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isNew = tag.key === "";
  const name = isNew ? key.trim() : key;
  const before = known.find((other) => other.key === name);
  const isReady = name !== "" && (before === undefined || value !== before.value);

  async function save(): Promise<void> {
    if (!isReady || isBusy) return;
    setIsBusy(true);
    setError(null);
    try {
      await onSet(name, value);
      onClose();
    } catch (fault) {
      setError(fault);
      setIsBusy(false);
    }
  }
  return (
    <Dialog
      title={isNew ? t("tags.add") : t("tags.change", { key: tag.key })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" isBusy={isBusy} disabled={!isReady} onClick={() => void save()}>
            {t("tags.save")}
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
        {isNew ? (
          <TextField
            label={t("tags.key")}
            hint={before === undefined ? undefined : t("tags.replaces", { value: before.value })}
            dir="auto"
            value={key}
            onText={setKey}
          />
        ) : null}
        <TextArea
          label={t("tags.value")}
          value={value}
          onText={setValue}
          rows={3}
          dir="auto"
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
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
