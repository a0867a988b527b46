import { useState } from "react";
import { Checkbox, TextField } from "../../../components";
import { useTranslation } from "../../../i18n";
import { showNotice, useAction } from "../../../state";
import { FormDialog } from "../FormDialog";
import { LEAST_PASSWORD, NewPasswordField } from "../NewPasswordField";

/** Makes a user: with a password, or for a program that has tokens alone. */
export function NewUserDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [hasPassword, setHasPassword] = useState(true);
  const [password, setPassword] = useState("");
  const [isAdmin, setIsAdmin] = useState(false);
  const { mutate, isPending, error } = useAction("create_account", ["list_accounts", "list_users"]);
  const username = name.trim();
  return (
    <FormDialog
      title={t("access.users.new")}
      submit={t("access.create")}
      isReady={username !== "" && (!hasPassword || password.length >= LEAST_PASSWORD)}
      isBusy={isPending}
      error={error}
      onSubmit={() =>
        mutate(
          { username, is_admin: isAdmin, ...(hasPassword ? { password } : {}) },
          {
            onSuccess: () => {
              showNotice(t("access.users.created", { name: username }));
              onClose();
            },
          },
        )
      }
      onClose={onClose}
    >
      <TextField label={t("access.user.name")} required value={name} onText={setName} />
      <Checkbox label={t("access.users.withPassword")} isChecked={hasPassword} onCheck={setHasPassword} />
      {hasPassword ? <NewPasswordField password={password} onPassword={setPassword} /> : null}
      <Checkbox label={t("access.users.asAdmin")} isChecked={isAdmin} onCheck={setIsAdmin} />
    </FormDialog>
  );
}
