import { type MouseEvent, useEffect, useRef } from "react";
import { classes } from "../lib/classes";
import styles from "./Field.module.css";

/** What a box to tick needs. */
export interface CheckboxProps {
  readonly label: string;
  /** Whether the label is read aloud alone. */
  readonly isLabelHidden?: boolean;
  readonly isChecked: boolean;
  /** Whether some of what it stands for is ticked and some is not. */
  readonly isMixed?: boolean;
  readonly isDisabled?: boolean;
  readonly tabIndex?: number;
  /** Told of the tick, and of the click that made it: Shift may mean a stretch. */
  readonly onCheck: (isChecked: boolean, event: MouseEvent<HTMLInputElement>) => void;
}

/** A box to tick. */
export function Checkbox(props: CheckboxProps) {
  const { label, isLabelHidden = false, isChecked, isMixed = false, isDisabled = false, tabIndex, onCheck } = props;
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = isMixed;
  }, [isMixed]);
  return (
    <label className={classes(styles.checkbox, isLabelHidden && styles.bare)}>
      <input
        ref={box}
        type="checkbox"
        checked={isChecked}
        disabled={isDisabled}
        tabIndex={tabIndex}
        aria-label={isLabelHidden ? label : undefined}
        onChange={() => undefined}
        onClick={(event) => onCheck(event.currentTarget.checked, event)}
      />
      {isLabelHidden ? null : <span>{label}</span>}
    </label>
  );
}
