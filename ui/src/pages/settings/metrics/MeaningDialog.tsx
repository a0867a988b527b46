import { useState } from "react";
import type { MetricMeaningOverrideMessage } from "../../../api";
import { FailureNotice, Select, TextField } from "../../../components";
import { useTranslation } from "../../../i18n";
import { classes } from "../../../lib/classes";
import { useAction, useAnswer } from "../../../state";
import { FormDialog } from "../FormDialog";
import styles from "../Settings.module.css";
import { BandPreview } from "./BandPreview";
import {
  type DraftFault,
  draftOf,
  emptyDraft,
  faultsOf,
  knownWithout,
  type MeaningDraft,
  meaningWith,
  requestOf,
} from "./meaningDraft";
import { BandFields, TargetFields } from "./PartFields";
import { UnitField } from "./UnitField";

const CHANGED = ["list_metric_meaning_overrides", "get_metric_meanings"] as const;
const STAR = "*";

/** What the dialog needs. */
export interface MeaningDialogProps {
  /** Where it is said; null for the whole server. */
  readonly experimentId: string | null;
  /** What was said before and is changed; null for something new. */
  readonly said: MetricMeaningOverrideMessage | null;
  /** Of which metric, if that is known. */
  readonly name: string;
  readonly onClose: () => void;
}

/** Says what a metric means, with a look at what becomes of its values. */
export function MeaningDialog({ experimentId, said, name, onClose }: MeaningDialogProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<MeaningDraft>(() => (said === null ? emptyDraft(name) : draftOf(said)));
  const onServer = useAction("set_metric_meaning", CHANGED);
  const inExperiment = useAction("set_experiment_metric_meaning", CHANGED);
  const pattern = draft.pattern.trim();
  // Asked for once the name is typed, not letter by letter.
  const [asked, setAsked] = useState(pattern);
  const { data, error } = useAnswer(
    "get_metric_meanings",
    { metric: [asked], ...(experimentId === null ? {} : { experiment_id: experimentId }) },
    { enabled: asked !== "" && !asked.includes(STAR), keepsPrevious: false },
  );
  const found = data?.meanings.find((one) => one.metric === pattern);
  const known =
    found === undefined ? null : knownWithout(found, said === null ? null : { pattern: said.pattern, experimentId });
  const faults = faultsOf(draft, known);
  const change = (parts: Partial<MeaningDraft>) => setDraft((before) => ({ ...before, ...parts }));
  const textOf = (fault: DraftFault | undefined) => (fault === undefined ? undefined : t(`meanings.fault.${fault}`));

  function save(): void {
    const request = requestOf(draft);
    const done = { onSuccess: onClose };
    if (experimentId === null) onServer.mutate(request, done);
    else inExperiment.mutate({ ...request, experiment_id: experimentId }, done);
  }
  return (
    <FormDialog
      title={said === null ? t("meanings.dialog.new") : t("meanings.dialog.change")}
      submit={t("settings.save")}
      size="wide"
      isReady={Object.keys(faults).length === 0}
      isBusy={onServer.isPending || inExperiment.isPending}
      error={onServer.error ?? inExperiment.error}
      onSubmit={save}
      onClose={onClose}
    >
      <TextField
        label={t("meanings.pattern")}
        hint={t("meanings.pattern.hint")}
        value={draft.pattern}
        disabled={said !== null}
        required
        onBlur={() => setAsked(pattern)}
        onText={(text) => change({ pattern: text })}
      />
      <div className={classes(styles.row, styles.tops)}>
        <Select
          label={t("meanings.direction")}
          value={draft.direction}
          choices={[
            { value: "", text: t("meanings.asKnown") },
            { value: "higher", text: t("meanings.direction.higher") },
            { value: "lower", text: t("meanings.direction.lower") },
            { value: "none", text: t("meanings.direction.none") },
          ]}
          onChoice={(direction) => change({ direction })}
        />
        <UnitField unit={draft.unit} onUnit={(unit) => change({ unit })} />
        <TextField
          label={t("meanings.scale")}
          hint={t("meanings.scale.hint")}
          error={textOf(faults.scale)}
          inputMode="decimal"
          placeholder={t("meanings.asKnown")}
          value={draft.scale}
          onText={(scale) => change({ scale })}
        />
      </div>
      <BandFields
        draft={draft}
        offered={found?.offered_thresholds ?? null}
        fault={textOf(faults.bands)}
        onChange={change}
      />
      <TargetFields draft={draft} fault={textOf(faults.target)} onChange={change} />
      {error === null ? null : <FailureNotice error={error} />}
      <BandPreview
        meaning={meaningWith(draft, known)}
        isPattern={pattern.includes(STAR)}
        sample={found?.logged?.greatest ?? null}
      />
      {faults.all === undefined ? null : <p className={styles.note}>{textOf(faults.all)}</p>}
    </FormDialog>
  );
}
