import { useState } from "react";
import { Checkbox, TextField } from "../../components";
import { useTranslation } from "../../i18n";
import styles from "./Settings.module.css";

/** How many characters a password has at least. */
export const LEAST_PASSWORD = 12;

/** What it needs. */
export interface NewPasswordFieldProps {
  readonly password: string;
  readonly onPassword: (password: string) => void;
}

/** A field for a new password, which can be looked at while it is typed. */
export function NewPasswordField({ password, onPassword }: NewPasswordFieldProps) {
  const { t } = useTranslation();
  const [isShown, setIsShown] = useState(false);
  return (
    <div className={styles.group}>
      <TextField
        label={t("access.password.new")}
        hint={t("access.password.rule", { least: LEAST_PASSWORD })}
        type={isShown ? "text" : "password"}
        autoComplete="new-password"
        minLength={LEAST_PASSWORD}
        required
        value={password}
        onText={onPassword}
      />
      <Checkbox label={t("access.password.show")} isChecked={isShown} onCheck={setIsShown} />
    </div>
  );
}
