import { useCallback } from "react";
import type { Operation } from "../../api";
import { useTranslation } from "../../i18n";
import { describeFailure, showNotice, useAction } from "../../state";

/** What shows runs, and is asked for anew when one of them changes. */
export const RUN_ANSWERS: readonly Operation[] = [
  "get_run_overview",
  "search_run_columns",
  "find_run_groups",
  "search_experiment_overviews",
  "get_home",
];

/** Returns what takes a run out of the bin, and whether it is doing so. */
export function useRestore(runId: string, name: string): { restore: () => void; isBusy: boolean } {
  const { t, find } = useTranslation();
  const { mutateAsync, isPending } = useAction("restore_run", RUN_ANSWERS);
  const restore = useCallback(() => {
    mutateAsync({ run_id: runId }).then(
      () => showNotice(t("run.restored", { name })),
      (error: unknown) => showNotice(t("run.restore.failed", { why: describeFailure(error, find).text })),
    );
  }, [mutateAsync, runId, name, t, find]);
  return { restore, isBusy: isPending };
}
