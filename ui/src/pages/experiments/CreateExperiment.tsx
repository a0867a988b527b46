import { type FormEvent, useId, useState } from "react";
import { useLocation } from "wouter";
import { Button, Dialog, FailureNotice, TextField } from "../../components";
import { useTranslation } from "../../i18n";
import { runsAddress } from "../../lib/addresses";
import { useAction } from "../../state";
import styles from "./ExperimentsPage.module.css";

/** What the dialog needs. */
export interface CreateExperimentProps {
  /** Folder that is open: the name begins with it. */
  readonly folder: string;
  readonly onClose: () => void;
}

/** Asks for a name, and makes an experiment. */
export function CreateExperiment({ folder, onClose }: CreateExperimentProps) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const [name, setName] = useState(folder === "" ? "" : `${folder}/`);
  const [place, setPlace] = useState("");
  const form = useId();
  const creation = useAction("create_experiment", ["search_experiment_overviews", "get_home"]);

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    const where = place.trim();
    creation.mutate(
      { name, ...(where === "" ? {} : { artifact_location: where }) },
      {
        onSuccess: ({ experiment_id }) => {
          onClose();
          navigate(runsAddress(experiment_id));
        },
      },
    );
  }
  return (
    <Dialog
      title={t("experiments.create")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" form={form} variant="primary" isBusy={creation.isPending} disabled={name.trim() === ""}>
            {t("experiments.create.do")}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={onSubmit}>
        <TextField label={t("experiments.name")} hint={t("experiments.name.hint")} value={name} onText={setName} />
        <TextField
          label={t("experiments.place")}
          hint={t("experiments.place.hint")}
          value={place}
          onText={setPlace}
          dir="ltr"
        />
      </form>
      {creation.error === null ? null : <FailureNotice error={creation.error} />}
    </Dialog>
  );
}
