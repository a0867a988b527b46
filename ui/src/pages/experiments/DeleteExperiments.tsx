import { useCallback } from "react";
import type { ExperimentOverviewMessage, Operation } from "../../api";
import { ConfirmDialog } from "../../components";
import { useTranslation } from "../../i18n";
import { showNotice, useBulk } from "../../state";
import styles from "./ExperimentsPage.module.css";

const CHANGED: readonly Operation[] = [
  "search_experiment_overviews",
  "get_experiment",
  "search_run_columns",
  "get_home",
  "look_into_bin",
];
const MOST_NAMED = 8;

/** What the question needs. */
export interface DeleteExperimentsProps {
  readonly experiments: readonly ExperimentOverviewMessage[];
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Asks once, names what goes, and puts it into the bin, from which it can be taken back at once. */
export function DeleteExperiments({ experiments, onDone, onClose }: DeleteExperimentsProps) {
  const { t } = useTranslation();
  const deletion = useBulk("delete_experiment", CHANGED);
  const { run: restore } = useBulk("restore_experiment", CHANGED);
  const named = experiments.slice(0, MOST_NAMED);
  const runs = experiments.reduce((sum, { run_count }) => sum + run_count, 0);
  const isExact = experiments.every(({ counts_are_exact }) => counts_are_exact);
  const undo = useCallback(
    async (ids: readonly string[]) => {
      const done = await restore(ids.map((experiment_id) => ({ experiment_id })));
      showNotice(t("experiments.restored", { count: done.length, total: ids.length }));
    },
    [restore, t],
  );

  async function onConfirm(): Promise<void> {
    const done = await deletion.run(experiments.map(({ experiment_id }) => ({ experiment_id })));
    if (done.length === 0) return;
    const ids = done.map(({ experiment_id }) => experiment_id);
    showNotice(t("experiments.deleted", { count: ids.length }), {
      text: t("experiments.undo"),
      run: () => void undo(ids),
    });
    if (done.length < experiments.length) return;
    onDone();
    onClose();
  }
  return (
    <ConfirmDialog
      title={t("experiments.delete.title", { count: experiments.length })}
      confirm={t("experiments.delete")}
      isDangerous
      isBusy={deletion.progress !== null}
      error={deletion.error}
      onConfirm={() => void onConfirm()}
      onClose={() => {
        deletion.stop();
        onClose();
      }}
    >
      <ul className={styles.names}>
        {named.map(({ experiment_id, name }) => (
          <li key={experiment_id}>
            <bdi>{name}</bdi>
          </li>
        ))}
      </ul>
      {experiments.length > named.length ? (
        <p>{t("experiments.delete.others", { count: experiments.length - named.length })}</p>
      ) : null}
      <p>{t("experiments.delete.why", { count: runs, more: isExact ? "" : "+" })}</p>
    </ConfirmDialog>
  );
}
