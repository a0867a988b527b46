import { useCallback, useMemo } from "react";
import type { Operation } from "../../../api";
import { ConfirmDialog } from "../../../components";
import { useTranslation } from "../../../i18n";
import { showNotice, useBulk } from "../../../state";
import type { RunRow } from "../runRow";
import styles from "./TableMode.module.css";

const CHANGED: readonly Operation[] = [
  "search_run_columns",
  "find_run_groups",
  "search_experiment_overviews",
  "get_home",
  "look_into_bin",
  "get_run_overview",
];
const MOST_NAMED = 8;

/** What the question needs. */
export interface DeleteRunsProps {
  readonly ids: readonly string[];
  readonly rows: ReadonlyMap<string, RunRow>;
  /** Told which runs lie in the bin now. */
  readonly onDeleted: (ids: readonly string[]) => void;
  readonly onClose: () => void;
}

/** Asks once, names what goes, and puts it into the bin, from which it can be taken back at once. */
export function DeleteRuns({ ids, rows, onDeleted, onClose }: DeleteRunsProps) {
  const { t } = useTranslation();
  const requests = useMemo(() => ids.map((run_id) => ({ run_id })), [ids]);
  const deletion = useBulk("delete_run", CHANGED);
  const restore = useRestoreRuns();
  const named = ids.slice(0, MOST_NAMED).map((id) => rows.get(id)?.name ?? id);

  async function onConfirm(): Promise<void> {
    const done = await deletion.run(requests);
    if (done.length === 0) return;
    const deleted = done.map(({ run_id }) => run_id);
    showNotice(t("runs.deleted", { count: done.length }), {
      text: t("runs.undo"),
      run: () => void restore(deleted),
    });
    onDeleted(deleted);
    if (done.length === requests.length) onClose();
  }
  const { progress } = deletion;
  return (
    <ConfirmDialog
      title={t("runs.delete.title", { count: ids.length })}
      confirm={t("runs.delete")}
      isDangerous
      isBusy={progress !== null}
      error={deletion.error}
      onConfirm={() => void onConfirm()}
      onClose={() => {
        deletion.stop();
        onClose();
      }}
    >
      <ul className={styles.names}>
        {named.map((name, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: several runs may have one name.
          <li key={place}>
            <bdi>{name}</bdi>
          </li>
        ))}
      </ul>
      {ids.length > named.length ? <p>{t("runs.delete.others", { count: ids.length - named.length })}</p> : null}
      <p>{t("runs.delete.why")}</p>
      {progress === null ? null : (
        <progress
          className={styles.progress}
          aria-label={t("runs.delete")}
          max={progress.total}
          value={progress.done}
        />
      )}
    </ConfirmDialog>
  );
}

/** Returns what takes runs out of the bin, and says that it did. */
function useRestoreRuns(): (ids: readonly string[]) => Promise<void> {
  const { t } = useTranslation();
  const { run } = useBulk("restore_run", CHANGED);
  return useCallback(
    async (ids) => {
      const done = await run(ids.map((run_id) => ({ run_id })));
      if (done.length === ids.length) showNotice(t("runs.restored", { count: done.length }));
      else showNotice(t("runs.restored.some", { count: done.length, total: ids.length }));
    },
    [run, t],
  );
}
