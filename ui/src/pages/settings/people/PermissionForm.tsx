import { useId, useState } from "react";
import { Button, Checkbox, Select, TextField } from "../../../components";
import { useTranslation } from "../../../i18n";
import { useAnswer } from "../../../state";
import styles from "../Settings.module.css";
import { ALL, type Level, levelText, type ResourceType, THING_LEVELS, WORKSPACE_LEVELS } from "./levels";

const SUGGESTED = 50;

/** What is to be permitted. */
export interface NewPermission {
  readonly type: ResourceType;
  readonly pattern: string;
  readonly level: Level;
}

/** What the form needs. */
export interface PermissionFormProps {
  /** Whether a whole workspace can be named, as roles do. */
  readonly hasWorkspaces: boolean;
  readonly isBusy: boolean;
  /** Permits it, and tells when that was done: what was filled in stays until then. */
  readonly onSubmit: (permission: NewPermission, onDone: () => void) => void;
}

/** Says what is permitted: with what, with which, and how much. */
export function PermissionForm({ hasWorkspaces, isBusy, onSubmit }: PermissionFormProps) {
  const { t } = useTranslation();
  const [type, setType] = useState<ResourceType>("experiment");
  const [isAll, setIsAll] = useState(false);
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<Level>("READ");
  const levels = type === "workspace" ? WORKSPACE_LEVELS : THING_LEVELS;
  const level = levels.includes(chosen) ? chosen : (levels[0] ?? "READ");
  const isWhole = isAll || type === "workspace";
  const types: readonly ResourceType[] = hasWorkspaces
    ? ["experiment", "registered_model", "workspace"]
    : ["experiment", "registered_model"];
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit({ type, pattern: isWhole ? ALL : name.trim(), level }, () => setName(""));
      }}
    >
      <div className={styles.row}>
        <Select
          label={t("access.resource")}
          value={type}
          choices={types.map((one) => ({ value: one, text: t(`access.type.${one}`) }))}
          onChoice={(next) => {
            setType(next);
            setName("");
          }}
        />
        {isWhole ? null : <ThingField type={type} name={name} onName={setName} />}
        <Select
          label={t("access.level")}
          value={level}
          choices={levels.map((one) => ({ value: one, text: levelText(one, t) }))}
          onChoice={setChosen}
        />
        <Button type="submit" isBusy={isBusy} disabled={!isWhole && name.trim() === ""}>
          {t("access.permit")}
        </Button>
      </div>
      {type === "workspace" ? null : (
        <Checkbox
          label={t(type === "experiment" ? "access.resource.allExperiments" : "access.resource.allModels")}
          isChecked={isAll}
          onCheck={setIsAll}
        />
      )}
    </form>
  );
}

interface ThingFieldProps {
  readonly type: ResourceType;
  readonly name: string;
  readonly onName: (name: string) => void;
}

/** The id of an experiment or the name of a model, with those there are to choose from. */
function ThingField({ type, name, onName }: ThingFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  const isExperiment = type === "experiment";
  const { data: experiments } = useAnswer(
    "search_experiment_overviews",
    { order_by: "last_activity", descending: true, max_results: SUGGESTED },
    { enabled: isExperiment },
  );
  const { data: models } = useAnswer("search_model_overviews", { max_results: SUGGESTED }, { enabled: !isExperiment });
  const choices = isExperiment
    ? (experiments?.experiments.map((one) => ({ value: one.experiment_id, text: one.name })) ?? [])
    : (models?.models.map((one) => ({ value: one.name, text: "" })) ?? []);
  return (
    <>
      <TextField
        label={t(isExperiment ? "access.resource.id" : "access.resource.name")}
        list={id}
        required
        value={name}
        onText={onName}
      />
      <datalist id={id}>
        {choices.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </datalist>
    </>
  );
}
