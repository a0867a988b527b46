import { useEffect, useState } from "react";
import { Button, Dialog, FailureNotice } from "../../../components";
import { useTranslation } from "../../../i18n";
import { saveFile } from "../../../state";
import { type CsvQuestion, fetchCsv } from "./csvExport";
import styles from "./TableMode.module.css";

/** What the dialog needs. */
export interface CsvDialogProps {
  readonly question: CsvQuestion;
  /** How many runs there will be, as far as is known. */
  readonly total: number | null;
  readonly onClose: () => void;
}

/** Fetches the runs for a file, says how far it is, and can be stopped. */
export function CsvDialog({ question, total, onClose }: CsvDialogProps) {
  const { t } = useTranslation();
  // What was asked for when it was opened: the table behind it may go on.
  const [asked] = useState(question);
  const [rows, setRows] = useState(0);
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt begins anew.
  useEffect(() => {
    const abort = new AbortController();
    setRows(0);
    setError(null);
    fetchCsv(asked, abort.signal, setRows)
      .then((text) => {
        saveFile("runs.csv", new Blob([text], { type: "text/csv;charset=utf-8" }));
        onClose();
      })
      .catch((reason: unknown) => {
        if (!abort.signal.aborted) setError(reason);
      });
    return () => abort.abort();
  }, [asked, attempt]);
  return (
    <Dialog
      title={t("runs.csv.title")}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t("common.cancel")}</Button>}
    >
      <p role="status">{t("runs.csv.progress", { count: rows })}</p>
      <progress
        className={styles.progress}
        aria-label={t("runs.csv.title")}
        max={total ?? undefined}
        value={total === null ? undefined : rows}
      />
      {error === null ? null : <FailureNotice error={error} onAgain={() => setAttempt(attempt + 1)} />}
    </Dialog>
  );
}
