import { type ReactNode, useId } from "react";
import styles from "./Field.module.css";

/** What every field to fill in has. */
export interface FieldProps {
  readonly label: string;
  /** Whether the label is read aloud alone: where the place says already what the field is. */
  readonly isLabelHidden?: boolean | undefined;
  readonly hint?: ReactNode;
  /** What is wrong with what was filled in. */
  readonly error?: ReactNode;
}

/** What ties a control to its label, hint and error. */
export interface FieldIds {
  readonly id: string;
  readonly "aria-label"?: string;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: true;
}

interface FrameProps extends FieldProps {
  readonly children: (ids: FieldIds) => ReactNode;
}

/** Label above, control, hint or error below. */
export function Field({ label, isLabelHidden = false, hint, error, children }: FrameProps) {
  const id = useId();
  const below = error ?? hint;
  const ids: FieldIds = {
    id,
    ...(isLabelHidden ? { "aria-label": label } : {}),
    ...(below === undefined ? {} : { "aria-describedby": `${id}-below` }),
    ...(error === undefined ? {} : { "aria-invalid": true as const }),
  };
  return (
    <div className={styles.field}>
      {isLabelHidden ? null : (
        <label className={styles.label} htmlFor={id}>
          {label}
        </label>
      )}
      {children(ids)}
      {below === undefined ? null : (
        <div id={`${id}-below`} className={error === undefined ? styles.hint : styles.error} aria-live="polite">
          {below}
        </div>
      )}
    </div>
  );
}
