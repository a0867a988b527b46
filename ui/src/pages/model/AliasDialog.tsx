import { X } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { ModelOverviewMessage } from "../../api";
import { Button, Dialog, FailureNotice, IconButton, Name, TextField } from "../../components";
import { useTranslation } from "../../i18n";
import { useAction } from "../../state";
import { REGISTRY_ANSWERS } from "./changed";
import styles from "./forms.module.css";

/** What editing aliases needs. */
export interface AliasDialogProps {
  readonly model: ModelOverviewMessage;
  readonly version: number;
  readonly onClose: () => void;
}

/** Gives aliases to a version and takes them away. */
export function AliasDialog({ model, version, onClose }: AliasDialogProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const give = useAction("set_registered_model_alias", REGISTRY_ANSWERS);
  const take = useAction("delete_registered_model_alias", REGISTRY_ANSWERS);
  const alias = typed.trim().replace(/^@/, "");
  const mine = model.aliases.filter((other) => other.version === version);
  const bearer = model.aliases.find((other) => other.alias === alias && other.version !== version);
  const error = give.error ?? take.error;

  function add(event: FormEvent): void {
    event.preventDefault();
    if (alias === "") return;
    take.reset();
    give.mutate({ name: model.name, alias, version: String(version) }, { onSuccess: () => setTyped("") });
  }
  return (
    <Dialog
      title={t("models.aliases.title", { version })}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t("common.close")}</Button>}
    >
      {mine.length === 0 ? (
        <p className={styles.note}>{t("models.aliases.none")}</p>
      ) : (
        <ul className={styles.rows}>
          {mine.map((one) => (
            <li key={one.alias} className={styles.row}>
              <Name text={`@${one.alias}`} />
              <IconButton
                icon={X}
                label={t("models.aliases.remove", { alias: one.alias })}
                disabled={take.isPending}
                onClick={() => {
                  give.reset();
                  take.mutate({ name: model.name, alias: one.alias });
                }}
              />
            </li>
          ))}
        </ul>
      )}
      <form className={styles.single} onSubmit={add}>
        <TextField label={t("models.aliases.new")} placeholder="champion" value={typed} onText={setTyped} />
        <Button type="submit" isBusy={give.isPending} disabled={alias === ""}>
          {t("models.add")}
        </Button>
      </form>
      <p className={styles.note} aria-live="polite">
        {bearer === undefined
          ? t("models.aliases.hint")
          : t("models.aliases.moves", { alias, version: bearer.version })}
      </p>
      {error === null ? null : <FailureNotice error={error} />}
    </Dialog>
  );
}
