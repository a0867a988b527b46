import type { SelectHTMLAttributes } from "react";
import { classes } from "../lib/classes";
import { Field } from "./Field";
import styles from "./Field.module.css";

/** One thing to choose. */
export interface Choice<Value extends string> {
  readonly value: Value;
  readonly text: string;
}

/** What a choice among some needs. */
export interface SelectProps<Value extends string>
  extends Omit<SelectHTMLAttributes<HTMLSelectElement>, "value" | "onChange" | "id"> {
  readonly label: string;
  readonly isLabelHidden?: boolean;
  readonly choices: readonly Choice<Value>[];
  readonly value: Value;
  readonly onChoice: (value: Value) => void;
}

/** A choice of one among some, by the browser's own list. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { label, isLabelHidden = false, choices, value, onChoice, className, ...others } = props;
  return (
    <Field label={label} isLabelHidden={isLabelHidden}>
      {(ids) => (
        <select
          {...others}
          {...ids}
          value={value}
          onChange={(event) => {
            const chosen = choices.find((choice) => choice.value === event.target.value);
            if (chosen !== undefined) onChoice(chosen.value);
          }}
          className={classes(styles.control, className)}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
