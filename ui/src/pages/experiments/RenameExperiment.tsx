import { type FormEvent, useId, useState } from "react";
import type { ExperimentOverviewMessage } from "../../api";
import { Button, Dialog, FailureNotice, TextField } from "../../components";
import { useTranslation } from "../../i18n";
import { useAction } from "../../state";
import styles from "./ExperimentsPage.module.css";

/** What the dialog needs. */
export interface RenameExperimentProps {
  readonly experiment: ExperimentOverviewMessage;
  readonly onClose: () => void;
}

/** Gives an experiment another name, and so perhaps another folder. */
export function RenameExperiment({ experiment, onClose }: RenameExperimentProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(experiment.name);
  const form = useId();
  const change = useAction("update_experiment", ["search_experiment_overviews", "get_experiment", "get_home"]);

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    change.mutate({ experiment_id: experiment.experiment_id, new_name: name }, { onSuccess: onClose });
  }
  return (
    <Dialog
      title={t("experiments.rename.title", { name: experiment.name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button
            type="submit"
            form={form}
            variant="primary"
            isBusy={change.isPending}
            disabled={name.trim() === "" || name === experiment.name}
          >
            {t("experiments.rename.do")}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={onSubmit}>
        <TextField label={t("experiments.name")} hint={t("experiments.name.hint")} value={name} onText={setName} />
      </form>
      {change.error === null ? null : <FailureNotice error={change.error} />}
    </Dialog>
  );
}
