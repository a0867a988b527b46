import { useState } from "react";
import type { AccountMessage } from "../../../api";
import { Button, Checkbox, ConfirmDialog, Dialog, FailureNotice, Section } from "../../../components";
import { useTranslation } from "../../../i18n";
import { showNotice, useAction, useSession } from "../../../state";
import { LEAST_PASSWORD, NewPasswordField } from "../NewPasswordField";
import styles from "../Settings.module.css";
import { UserPermissions } from "./UserPermissions";
import { UserRoles } from "./UserRoles";

/** What the dialog needs. */
export interface UserDialogProps {
  readonly user: AccountMessage;
  readonly onClose: () => void;
}

/** Everything about one user: whether she administers the server, her password and logins, what she is permitted. */
export function UserDialog({ user, onClose }: UserDialogProps) {
  const { t } = useTranslation();
  const { username: own } = useSession();
  const { username } = user;
  const admin = useAction("update_user_admin", ["list_accounts", "list_users", "who_am_i"]);
  const sessions = useAction("end_sessions");
  const [isResigning, setIsResigning] = useState(false);
  return (
    <Dialog title={username} size="wide" onClose={onClose}>
      <div className={styles.form}>
        <Section title={t("access.rights")}>
          <Checkbox
            label={t("access.users.asAdmin")}
            isChecked={user.is_admin}
            isDisabled={admin.isPending}
            onCheck={(isAdmin) => {
              if (username === own && !isAdmin) setIsResigning(true);
              else admin.mutate({ username, is_admin: isAdmin });
            }}
          />
          {admin.error === null || isResigning ? null : <FailureNotice error={admin.error} />}
        </Section>
        {username === own ? (
          <p className={styles.note}>{t("access.users.own")}</p>
        ) : (
          <Section title={t("access.users.login")}>
            <PasswordForm username={username} />
            <div className={styles.toolbar}>
              <Button
                isBusy={sessions.isPending}
                onClick={() =>
                  sessions.mutate(
                    { username },
                    { onSuccess: () => showNotice(t("access.users.loggedOut", { name: username })) },
                  )
                }
              >
                {t("access.users.logOut")}
              </Button>
            </div>
            {sessions.error === null ? null : <FailureNotice error={sessions.error} />}
          </Section>
        )}
        {isResigning ? (
          <ConfirmDialog
            title={t("access.users.resign")}
            confirm={t("access.users.resign.confirm")}
            isDangerous
            isBusy={admin.isPending}
            error={admin.error}
            onConfirm={() => admin.mutate({ username, is_admin: false }, { onSuccess: () => setIsResigning(false) })}
            onClose={() => {
              admin.reset();
              setIsResigning(false);
            }}
          >
            <p>{t("access.users.resign.text")}</p>
          </ConfirmDialog>
        ) : null}
        <UserRoles username={username} />
        <UserPermissions username={username} />
      </div>
    </Dialog>
  );
}

function PasswordForm({ username }: { readonly username: string }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const { mutate, isPending, error } = useAction("update_user_password", ["list_accounts"]);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        mutate(
          { username, password },
          {
            onSuccess: () => {
              setPassword("");
              showNotice(t("access.users.passwordSet", { name: username }));
            },
          },
        );
      }}
    >
      {/* Managers of passwords keep a password with the name that it belongs to. */}
      <input type="text" autoComplete="username" value={username} readOnly hidden />
      <div className={styles.wideField}>
        <NewPasswordField password={password} onPassword={setPassword} />
      </div>
      <div>
        <Button type="submit" isBusy={isPending} disabled={password.length < LEAST_PASSWORD}>
          {t("access.users.setPassword")}
        </Button>
      </div>
      <p className={styles.note}>{t("access.users.setPassword.what")}</p>
      {error === null ? null : <FailureNotice error={error} />}
    </form>
  );
}
