import { Select } from "../../../components";
import { useTranslation } from "../../../i18n";
import { type ColumnName, columnId } from "../columns";
import type { ComparedRuns } from "../compared/useComparedRuns";
import styles from "./CompareMode.module.css";
import { FIELD_ATTRIBUTES, fieldTitle } from "./fields";

/** What a choice of a field needs. */
export interface FieldSelectProps {
  readonly label: string;
  readonly compared: ComparedRuns;
  /** The field that is chosen; null for none. */
  readonly value: ColumnName | null;
  /** What none means; without, there is no such choice. */
  readonly none?: string;
  /** Whether params and metrics alone are offered. */
  readonly isLoggedAlone?: boolean;
  readonly onField: (id: string) => void;
}

/** Chooses a param, a metric or something that every run has. */
export function FieldSelect({ label, compared, value, none, isLoggedAlone = false, onField }: FieldSelectProps) {
  const { t } = useTranslation();
  const fields = fieldsOf(compared).filter(({ kind }) => !isLoggedAlone || kind !== "attribute");
  // An address may name what none of these runs has.
  const isKnown = value === null || fields.some((field) => columnId(field) === columnId(value));
  const choices = [
    ...(none === undefined ? [] : [{ value: "", text: none }]),
    ...(isKnown ? fields : [value, ...fields]).map((field) => ({
      value: columnId(field),
      text: field.kind === "attribute" ? fieldTitle(field, t) : `${field.key} · ${t(`runs.kind.${field.kind}`)}`,
    })),
  ];
  return (
    <span className={styles.choice}>
      <span aria-hidden="true">{label}</span>
      <Select
        label={label}
        isLabelHidden
        choices={choices}
        value={value === null ? "" : columnId(value)}
        onChoice={onField}
      />
    </span>
  );
}

/** Returns all that can be put on an axis. */
function fieldsOf({ paramKeys, metricKeys }: ComparedRuns): ColumnName[] {
  return [
    ...paramKeys.map((key) => ({ kind: "param", key }) as const),
    ...metricKeys.map((key) => ({ kind: "metric", key }) as const),
    ...FIELD_ATTRIBUTES.map((key) => ({ kind: "attribute", key }) as const),
  ];
}
