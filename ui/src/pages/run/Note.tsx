import { Pencil } from "lucide-react";
import { useState } from "react";
import { Button, FailureNotice, Markdown, Section, TextArea } from "../../components";
import { useTranslation } from "../../i18n";
import { useAction } from "../../state";
import styles from "./Note.module.css";
import { mayEdit, NOTE_TAG, type Run } from "./runFacts";

/** What was said of a run, in Markdown; who may, writes it. */
export function Note({ run }: { readonly run: Run }) {
  const { t } = useTranslation();
  const [isEdited, setIsEdited] = useState(false);
  return (
    <Section
      title={t("run.note")}
      actions={
        mayEdit(run) && !isEdited ? (
          <Button variant="quiet" icon={Pencil} onClick={() => setIsEdited(true)}>
            {run.note === null ? t("run.note.write") : t("run.note.edit")}
          </Button>
        ) : null
      }
    >
      {isEdited ? (
        <NoteEditor run={run} onClose={() => setIsEdited(false)} />
      ) : run.note === null ? (
        <p className={styles.nothing}>{t("run.note.none")}</p>
      ) : (
        <Markdown text={run.note} />
      )}
    </Section>
  );
}

function NoteEditor({ run, onClose }: { readonly run: Run; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [before] = useState(run.note ?? "");
  const [text, setText] = useState(before);
  const [isPreview, setIsPreview] = useState(false);
  const { mutateAsync, isPending, error } = useAction("set_tag", ["get_run_overview"]);

  async function save(): Promise<void> {
    try {
      await mutateAsync({ run_id: run.info.run_id, key: NOTE_TAG, value: text });
      onClose();
    } catch {
      // What was written stays, and below it stands why.
    }
  }
  return (
    <div className={styles.editor}>
      <div className={styles.looks}>
        <Button variant="quiet" aria-pressed={!isPreview} onClick={() => setIsPreview(false)}>
          {t("run.note.text")}
        </Button>
        <Button variant="quiet" aria-pressed={isPreview} onClick={() => setIsPreview(true)}>
          {t("run.note.preview")}
        </Button>
      </div>
      {isPreview ? (
        <div className={styles.preview}>
          {text.trim() === "" ? <p className={styles.nothing}>{t("run.note.none")}</p> : <Markdown text={text} />}
        </div>
      ) : (
        <TextArea
          label={t("run.note")}
          isLabelHidden
          hint={t("run.note.hint")}
          rows={10}
          value={text}
          onText={setText}
          dir="auto"
          autoFocus
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void save();
          }}
        />
      )}
      {(run.note ?? "") === before ? null : (
        <p role="status" className={styles.changed}>
          {t("run.note.changed")}
        </p>
      )}
      {error === null ? null : <FailureNotice error={error} />}
      <div className={styles.buttons}>
        <Button variant="primary" isBusy={isPending} disabled={text === (run.note ?? "")} onClick={() => void save()}>
          {t("run.save")}
        </Button>
        <Button onClick={onClose}>{t("common.cancel")}</Button>
      </div>
    </div>
  );
}
