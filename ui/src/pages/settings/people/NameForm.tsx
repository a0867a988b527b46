import { useState } from "react";
import { Button, Select } from "../../../components";
import styles from "../Settings.module.css";

/** What it needs. */
export interface NameFormProps {
  readonly label: string;
  readonly submit: string;
  /** What can be chosen. */
  readonly choices: readonly { readonly value: string; readonly text: string }[];
  readonly isBusy: boolean;
  readonly onSubmit: (value: string) => void;
}

/** Chooses one of some and adds it. Nothing is drawn where there is nothing left to add. */
export function NameForm({ label, submit, choices, isBusy, onSubmit }: NameFormProps) {
  const [chosen, setChosen] = useState("");
  const value = choices.find((choice) => choice.value === chosen)?.value ?? choices[0]?.value;
  if (value === undefined) return null;
  return (
    <form
      className={styles.toolbar}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(value);
      }}
    >
      <div className={styles.wideField}>
        <Select label={label} choices={choices} value={value} onChoice={setChosen} />
      </div>
      <Button type="submit" isBusy={isBusy}>
        {submit}
      </Button>
    </form>
  );
}
