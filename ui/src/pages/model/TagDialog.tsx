import { X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button, Dialog, FailureNotice, IconButton, Name, TextField } from "../../components";
import { useTranslation } from "../../i18n";
import styles from "./forms.module.css";

/** What editing tags needs. */
export interface TagDialogProps {
  readonly title: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly onSet: (key: string, value: string) => Promise<unknown>;
  readonly onDelete: (key: string) => void;
  readonly onClose: () => void;
}

/** Sets tags and takes them away. */
export function TagDialog({ title, tags, isBusy, error, onSet, onDelete, onClose }: TagDialogProps) {
  const { t } = useTranslation();
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const name = key.trim();
  const isThere = Object.hasOwn(tags, name);

  async function set(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (name === "") return;
    try {
      await onSet(name, value);
      setKey("");
      setValue("");
    } catch {
      // `error` has it.
    }
  }
  const entries = Object.entries(tags);
  return (
    <Dialog title={title} onClose={onClose} actions={<Button onClick={onClose}>{t("common.close")}</Button>}>
      {entries.length === 0 ? null : (
        <ul className={styles.rows}>
          {entries.map(([tag, text]) => (
            <li key={tag} className={styles.row}>
              <Name text={tag} />
              <Name text={text} />
              <IconButton
                icon={X}
                label={t("models.tags.remove", { tag })}
                disabled={isBusy}
                onClick={() => onDelete(tag)}
              />
            </li>
          ))}
        </ul>
      )}
      <form className={styles.pair} onSubmit={(event) => void set(event)}>
        <TextField label={t("models.tags.key")} value={key} onText={setKey} />
        <TextField label={t("models.tags.value")} value={value} onText={setValue} />
        <Button type="submit" isBusy={isBusy} disabled={name === ""}>
          {isThere ? t("models.tags.replace") : t("models.add")}
        </Button>
      </form>
      {error === null ? null : <FailureNotice error={error} />}
    </Dialog>
  );
}
