import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { Operation } from "../../api";
import { ByteSize, ConfirmDialog } from "../../components";
import { useTranslation } from "../../i18n";
import { answerKey, showNotice, useAnswer } from "../../state";
import styles from "./BinPage.module.css";
import { HeldItems } from "./BinSummary";
import { type RemovalChoice, type RemovedSoFar, removeForGood } from "./removal";

const CHANGED: readonly Operation[] = [
  "search_experiment_overviews",
  "search_run_columns",
  "get_experiment",
  "look_into_bin",
  "get_home",
];
const MOST_NAMED = 100;

/** What the question needs. */
export interface RemoveDialogProps {
  readonly choice: RemovalChoice;
  readonly onClose: () => void;
}

/** Asks before things go for good, says what stays and why, and how far it is. */
export function RemoveDialog({ choice, onClose }: RemoveDialogProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [soFar, setSoFar] = useState<RemovedSoFar | null>(null);
  const [error, setError] = useState<unknown>(null);
  const abort = useRef<AbortController>(null);
  const { run_ids, experiment_ids, everything } = choice;
  const isCounted = run_ids.length <= MOST_NAMED && experiment_ids.length <= MOST_NAMED;
  const { data: content } = useAnswer(
    "look_into_bin",
    { ...(everything ? {} : { run_ids, experiment_ids }), count_artifacts: true },
    { enabled: isCounted, keepsPrevious: false },
  );
  useEffect(() => () => abort.current?.abort(), []);

  async function onConfirm(): Promise<void> {
    const controller = new AbortController();
    abort.current = controller;
    setError(null);
    setSoFar({ experiments: 0, runs: 0, left: 0 });
    try {
      const { experiments, runs, left } = await removeForGood(choice, controller.signal, setSoFar);
      showNotice(left === 0 ? t("bin.removed", { experiments, runs }) : t("bin.removed.left", { count: left }));
      onClose();
    } catch (reason) {
      if (!controller.signal.aborted) setError(reason);
    } finally {
      setSoFar(null);
      await Promise.all(CHANGED.map((name) => client.invalidateQueries({ queryKey: answerKey(name) })));
    }
  }
  const isRunning = soFar !== null;
  return (
    <ConfirmDialog
      title={everything ? t("bin.empty.do") : t("bin.remove.title", { count: run_ids.length + experiment_ids.length })}
      confirm={t("bin.remove")}
      isDangerous
      isBusy={isRunning}
      error={error}
      onConfirm={() => void onConfirm()}
      onClose={() => {
        abort.current?.abort();
        onClose();
      }}
    >
      <p>{t("bin.remove.why")}</p>
      {content === undefined ? null : (
        <>
          <p>
            {t("bin.remove.what", { experiments: content.experiments, runs: content.runs, points: content.points })}{" "}
            <ByteSize bytes={content.estimated_bytes + (content.artifact_bytes ?? 0)} />
          </p>
          <HeldItems content={content} />
        </>
      )}
      {isRunning ? (
        <>
          <progress className={styles.progress} aria-label={t("bin.remove")} />
          <p role="status">{t("bin.removing", { experiments: soFar.experiments, runs: soFar.runs })}</p>
        </>
      ) : null}
    </ConfirmDialog>
  );
}
