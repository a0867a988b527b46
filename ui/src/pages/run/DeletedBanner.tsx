import { Trash2 } from "lucide-react";
import { Button } from "../../components";
import { useTranslation } from "../../i18n";
import styles from "./DeletedBanner.module.css";
import { mayManage, type Run } from "./runFacts";
import { useRestore } from "./useRestore";

/** Says that a run is in the bin, and takes it out. */
export function DeletedBanner({ run }: { readonly run: Run }) {
  const { t } = useTranslation();
  const { restore, isBusy } = useRestore(run.info.run_id, run.info.run_name);
  return (
    <div role="status" className={styles.banner}>
      <Trash2 size={16} aria-hidden="true" />
      <span className={styles.text}>{t("run.deleted")}</span>
      {mayManage(run) ? (
        <Button isBusy={isBusy} onClick={restore}>
          {t("run.restore")}
        </Button>
      ) : null}
    </div>
  );
}
