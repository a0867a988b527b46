import { Trash2 } from "lucide-react";
import { useState } from "react";
import type { RoleMessage } from "../../../api";
import {
  Badge,
  Button,
  Dialog,
  FailureNotice,
  IconButton,
  Name,
  Section,
  Select,
  TextField,
} from "../../../components";
import { useTranslation } from "../../../i18n";
import { showNotice, useAction, useAnswer, useSession } from "../../../state";
import { Pending } from "../Pending";
import styles from "../Settings.module.css";
import { levelText, resourceText, THING_LEVELS, WORKSPACE_LEVELS } from "./levels";
import { NameForm } from "./NameForm";
import { PermissionForm } from "./PermissionForm";

const CHANGED = ["list_roles"] as const;

/** What the dialog needs. */
export interface RoleDialogProps {
  readonly role: RoleMessage;
  readonly mayManage: boolean;
  readonly onClose: () => void;
}

/** What a role is called, what it permits, and who has it. */
export function RoleDialog({ role, mayManage, onClose }: RoleDialogProps) {
  const { isAdmin } = useSession();
  return (
    <Dialog title={role.name} size="wide" onClose={onClose}>
      <div className={styles.form}>
        {mayManage ? <Names role={role} /> : <p>{role.description}</p>}
        <Permissions role={role} mayManage={mayManage} />
        {isAdmin ? <Holders roleId={role.id} /> : null}
      </div>
    </Dialog>
  );
}

function Names({ role }: { readonly role: RoleMessage }) {
  const { t } = useTranslation();
  const [name, setName] = useState(role.name);
  const [description, setDescription] = useState(role.description ?? "");
  const { mutate, isPending, error } = useAction("update_role", CHANGED);
  const isChanged = name.trim() !== role.name || description.trim() !== (role.description ?? "");
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        mutate(
          { role_id: role.id, name: name.trim(), description: description.trim() },
          { onSuccess: () => showNotice(t("settings.saved")) },
        );
      }}
    >
      <div className={styles.row}>
        <TextField label={t("access.role.name")} required value={name} onText={setName} />
        <TextField label={t("access.description")} value={description} onText={setDescription} />
        <Button type="submit" isBusy={isPending} disabled={!isChanged || name.trim() === ""}>
          {t("settings.save")}
        </Button>
      </div>
      {error === null ? null : <FailureNotice error={error} />}
    </form>
  );
}

function Permissions({ role, mayManage }: { readonly role: RoleMessage; readonly mayManage: boolean }) {
  const { t } = useTranslation();
  const add = useAction("add_role_permission", CHANGED);
  const change = useAction("update_role_permission", CHANGED);
  const remove = useAction("remove_role_permission", CHANGED);
  const failure = add.error ?? change.error ?? remove.error;
  return (
    <Section title={t("access.permissions")}>
      {role.permissions.length === 0 ? (
        <p className={styles.note}>{t("access.roles.permitsNothing")}</p>
      ) : (
        <ul className={styles.list}>
          {role.permissions.map(({ id, resource_type, resource_pattern, permission }) => {
            const what = resourceText(resource_type, resource_pattern, t);
            const levels = resource_type === "workspace" ? WORKSPACE_LEVELS : THING_LEVELS;
            const choices = levels.includes(permission) ? levels : [permission, ...levels];
            return (
              <li key={id} className={styles.item}>
                <bdi className={styles.itemName}>{what}</bdi>
                {mayManage ? (
                  <>
                    <Select
                      label={t("access.level")}
                      isLabelHidden
                      value={permission}
                      choices={choices.map((one) => ({ value: one, text: levelText(one, t) }))}
                      onChoice={(level) => change.mutate({ role_permission_id: id, permission: level })}
                    />
                    <IconButton
                      icon={Trash2}
                      label={t("access.permissions.revoke", { what })}
                      onClick={() => remove.mutate({ role_permission_id: id })}
                    />
                  </>
                ) : (
                  <Badge tone={permission === "DENY" ? "danger" : "plain"}>{levelText(permission, t)}</Badge>
                )}
              </li>
            );
          })}
        </ul>
      )}
      {mayManage ? (
        <PermissionForm
          hasWorkspaces
          isBusy={add.isPending}
          onSubmit={({ type, pattern, level }, onDone) =>
            add.mutate(
              { role_id: role.id, resource_type: type, resource_pattern: pattern, permission: level },
              { onSuccess: onDone },
            )
          }
        />
      ) : null}
      {failure === null ? null : <FailureNotice error={failure} />}
    </Section>
  );
}

/** Users who have the role by themselves, and groups to give it to; administrators alone see who there is. */
function Holders({ roleId }: { readonly roleId: number }) {
  const { t } = useTranslation();
  const assigned = useAnswer("list_role_users", { role_id: roleId }, { keepsPrevious: false });
  const accounts = useAnswer("list_accounts", {});
  const assign = useAction("assign_role", ["list_role_users"]);
  const unassign = useAction("unassign_role", ["list_role_users"]);
  const has = new Set(assigned.data?.assignments.map((assignment) => assignment.user_id));
  const holders = accounts.data?.users.filter((user) => has.has(user.user_id)) ?? [];
  const others = accounts.data?.users.filter((user) => !has.has(user.user_id)) ?? [];
  const failure = assign.error ?? unassign.error;
  return (
    <Section title={t("access.roles.holders")}>
      <Pending answers={[assigned, accounts]}>
        {holders.length === 0 ? (
          <p className={styles.note}>{t("access.roles.holders.none")}</p>
        ) : (
          <ul className={styles.list}>
            {holders.map(({ username }) => (
              <li key={username} className={styles.item}>
                <span className={styles.itemName}>
                  <Name text={username} />
                </span>
                <IconButton
                  icon={Trash2}
                  label={t("access.roles.takeFrom", { name: username })}
                  onClick={() => unassign.mutate({ username, role_id: roleId })}
                />
              </li>
            ))}
          </ul>
        )}
        <p className={styles.note}>{t("access.roles.groups")}</p>
        <NameForm
          label={t("access.user")}
          submit={t("access.roles.give")}
          choices={others.map(({ username }) => ({ value: username, text: username }))}
          isBusy={assign.isPending}
          onSubmit={(username) => assign.mutate({ username, role_id: roleId })}
        />
      </Pending>
      {failure === null ? null : <FailureNotice error={failure} />}
    </Section>
  );
}
