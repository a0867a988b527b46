import { FolderOpen, Pencil, Trash2, X } from "lucide-react";
import type { ExperimentOverviewMessage } from "../../api";
import { Button, LinkButton } from "../../components";
import { useTranslation } from "../../i18n";
import { runsAddress } from "../../lib/addresses";
import { useShortcut } from "../../state";
import styles from "./ExperimentsPage.module.css";

const MOST_TOGETHER = 100;

/** What the bar needs. */
export interface PickedExperimentsProps {
  readonly picked: readonly ExperimentOverviewMessage[];
  readonly onRename: () => void;
  readonly onDelete: () => void;
  readonly onClear: () => void;
}

/** What can be done with the experiments that are picked. */
export function PickedExperiments({ picked, onRename, onDelete, onClear }: PickedExperimentsProps) {
  const { t } = useTranslation();
  const mayDelete = picked.every(({ permission }) => permission === "MANAGE");
  const mayRename = picked.every(({ permission }) => permission === "MANAGE" || permission === "EDIT");
  useShortcut("Delete", "experiments.key.delete", () => mayDelete && onDelete());
  useShortcut("Escape", "experiments.key.clear", onClear);
  const why = { title: t("experiments.mayNot") };
  return (
    <section className={styles.picked} aria-label={t("experiments.selection")}>
      <strong>{t("experiments.selected", { count: picked.length })}</strong>
      {picked.length > MOST_TOGETHER ? null : (
        <LinkButton
          href={runsAddress(picked.map(({ experiment_id }) => experiment_id))}
          variant="primary"
          icon={FolderOpen}
        >
          {t("experiments.open", { count: picked.length })}
        </LinkButton>
      )}
      {picked.length === 1 ? (
        <Button icon={Pencil} disabled={!mayRename} {...(mayRename ? {} : why)} onClick={onRename}>
          {t("experiments.rename")}
        </Button>
      ) : null}
      <Button variant="danger" icon={Trash2} disabled={!mayDelete} {...(mayDelete ? {} : why)} onClick={onDelete}>
        {t("experiments.delete")}
      </Button>
      <Button variant="quiet" icon={X} onClick={onClear}>
        {t("experiments.clear")}
      </Button>
    </section>
  );
}
