import { Columns3, Download, ListChecks, Trash2, X } from "lucide-react";
import { Button } from "../../../components";
import { useTranslation } from "../../../i18n";
import { type Selection, useShortcut } from "../../../state";
import styles from "./TableMode.module.css";

/** What the bar needs. */
export interface SelectionBarProps {
  readonly selection: Selection;
  /** How many runs the table has. */
  readonly all: number;
  /** Picks all of them; null where that cannot be. */
  readonly onAll: (() => void) | null;
  readonly onCompare: () => void;
  readonly onCsv: () => void;
  readonly onDelete: () => void;
}

/** What can be done with the runs that are picked. */
export function SelectionBar({ selection, all, onAll, onCompare, onCsv, onDelete }: SelectionBarProps) {
  const { t } = useTranslation();
  useShortcut("Delete", "runs.key.delete", onDelete);
  useShortcut("Escape", "runs.key.clear", selection.clear);
  return (
    <section className={styles.selection} aria-label={t("runs.selection")}>
      <strong>{t("runs.selected", { count: selection.ids.length })}</strong>
      {onAll === null ? null : (
        <Button variant="quiet" icon={ListChecks} onClick={onAll}>
          {t("runs.selection.all", { count: all })}
        </Button>
      )}
      {selection.ids.length < 2 ? null : (
        <Button variant="primary" icon={Columns3} onClick={onCompare}>
          {t("runs.compare")}
        </Button>
      )}
      <Button icon={Download} onClick={onCsv}>
        {t("runs.csv")}
      </Button>
      <Button variant="danger" icon={Trash2} onClick={onDelete}>
        {t("runs.delete")}
      </Button>
      <Button variant="quiet" icon={X} onClick={selection.clear}>
        {t("runs.selection.clear")}
      </Button>
    </section>
  );
}
