import { useState } from "react";
import { Button, FailureNotice, TextField } from "../../../components";
import { useTranslation } from "../../../i18n";
import { showNotice, useAction } from "../../../state";
import { LEAST_PASSWORD, NewPasswordField } from "../NewPasswordField";
import styles from "../Settings.module.css";

/** Changes the reader's own password; her logins in browsers end by it, this one too. */
export function OwnPassword({ username }: { readonly username: string }) {
  const { t } = useTranslation();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  // With the logins this one ends: asking who one is leads to the login page then.
  const { mutate, isPending, error } = useAction("update_user_password", ["who_am_i"]);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        mutate(
          { username, password, current_password: current },
          { onSuccess: () => showNotice(t("account.password.changed")) },
        );
      }}
    >
      {/* Managers of passwords keep a password with the name that it belongs to. */}
      <input type="text" autoComplete="username" value={username} readOnly hidden />
      <div className={styles.wideField}>
        <TextField
          label={t("account.password.current")}
          type="password"
          autoComplete="current-password"
          required
          value={current}
          onText={setCurrent}
        />
      </div>
      <div className={styles.wideField}>
        <NewPasswordField password={password} onPassword={setPassword} />
      </div>
      <p className={styles.note}>{t("account.password.what")}</p>
      {error === null ? null : <FailureNotice error={error} />}
      <div>
        <Button
          type="submit"
          variant="primary"
          isBusy={isPending}
          disabled={current === "" || password.length < LEAST_PASSWORD}
        >
          {t("account.password.change")}
        </Button>
      </div>
    </form>
  );
}
