import type { LucideIcon } from "lucide-react";
import type { InputHTMLAttributes, Ref, TextareaHTMLAttributes } from "react";
import { classes } from "../lib/classes";
import { Field, type FieldProps } from "./Field";
import styles from "./Field.module.css";

interface Text {
  readonly value: string;
  readonly onText: (text: string) => void;
}

/** What a field for one line needs. */
export interface TextFieldProps extends FieldProps, Text, Omit<InputHTMLAttributes<HTMLInputElement>, "value" | "id"> {
  readonly icon?: LucideIcon;
  readonly ref?: Ref<HTMLInputElement>;
}

/** A field for one line of text. */
export function TextField({ label, isLabelHidden, hint, error, value, onText, icon: Icon, ...others }: TextFieldProps) {
  return (
    <Field label={label} isLabelHidden={isLabelHidden} hint={hint} error={error}>
      {(ids) => {
        const input = (
          <input
            type="text"
            autoComplete="off"
            spellCheck={false}
            {...others}
            {...ids}
            value={value}
            onChange={(event) => onText(event.target.value)}
            className={classes(styles.control, others.className)}
          />
        );
        if (Icon === undefined) return input;
        return (
          <div className={styles.withIcon}>
            <Icon size={15} aria-hidden="true" />
            {input}
          </div>
        );
      }}
    </Field>
  );
}

/** What a field for several lines needs. */
export interface TextAreaProps
  extends FieldProps,
    Text,
    Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "value" | "id"> {
  readonly ref?: Ref<HTMLTextAreaElement>;
}

/** A field for several lines of text. */
export function TextArea({ label, isLabelHidden, hint, error, value, onText, ...others }: TextAreaProps) {
  return (
    <Field label={label} isLabelHidden={isLabelHidden} hint={hint} error={error}>
      {(ids) => (
        <textarea
          {...others}
          {...ids}
          value={value}
          onChange={(event) => onText(event.target.value)}
          className={classes(styles.control, styles.area, others.className)}
        />
      )}
    </Field>
  );
}
