import { RotateCcw, Trash2, X } from "lucide-react";
import { Button, FailureNotice } from "../../components";
import { useTranslation } from "../../i18n";
import { type Bulk, useAnotherServer } from "../../state";
import styles from "./BinPage.module.css";

/** What the bar needs. */
export interface BinActionsProps {
  /** How many things are picked. */
  readonly count: number;
  readonly onRestore: () => void;
  readonly onRemove: () => void;
  readonly onClear: () => void;
  readonly progress: Bulk<"restore_run">["progress"];
  readonly error: Error | null;
}

/** What can be done with what is picked; it has its place also while nothing is, so that nothing jumps. */
export function BinActions({ count, onRestore, onRemove, onClear, progress, error }: BinActionsProps) {
  const { t } = useTranslation();
  const { lacks } = useAnotherServer();
  return (
    <>
      <div className={styles.bar}>
        {count === 0 ? (
          <span className={styles.soft}>{t("bin.pick")}</span>
        ) : (
          <>
            <strong>{t("bin.selected", { count })}</strong>
            <Button variant="primary" icon={RotateCcw} isBusy={progress !== null} onClick={onRestore}>
              {t("bin.restore")}
            </Button>
            {lacks("removal") ? null : (
              <Button variant="danger" icon={Trash2} disabled={progress !== null} onClick={onRemove}>
                {t("bin.remove")}
              </Button>
            )}
            <Button variant="quiet" icon={X} onClick={onClear}>
              {t("bin.clear")}
            </Button>
          </>
        )}
      </div>
      {error === null ? null : <FailureNotice error={error} isKept />}
    </>
  );
}
