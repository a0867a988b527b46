import { Trash2 } from "lucide-react";
import type { GroupMessage } from "../../../api";
import { Dialog, FailureNotice, IconButton, Name, Section } from "../../../components";
import { useTranslation } from "../../../i18n";
import { useAction, useAnswer } from "../../../state";
import { Pending } from "../Pending";
import styles from "../Settings.module.css";
import { NameForm } from "./NameForm";
import { RoleList } from "./RoleList";

const CHANGED_MEMBERS = ["list_groups", "get_group"] as const;
const CHANGED_ROLES = ["get_group"] as const;

/** Who is in a group, and which roles its members have by it. */
export function GroupDialog({ group, onClose }: { readonly group: GroupMessage; readonly onClose: () => void }) {
  return (
    <Dialog title={group.name} size="wide" onClose={onClose}>
      <div className={styles.form}>
        <Members group={group} />
        <Roles name={group.name} />
      </div>
    </Dialog>
  );
}

function Members({ group }: { readonly group: GroupMessage }) {
  const { t } = useTranslation();
  const { name, members } = group;
  const accounts = useAnswer("list_accounts", {});
  const add = useAction("add_group_member", CHANGED_MEMBERS);
  const remove = useAction("remove_group_member", CHANGED_MEMBERS);
  const others = accounts.data?.users.filter((user) => !members.includes(user.username)) ?? [];
  const failure = add.error ?? remove.error;
  return (
    <Section title={t("access.groups.members")}>
      {members.length === 0 ? (
        <p className={styles.note}>{t("access.groups.empty")}</p>
      ) : (
        <ul className={styles.list}>
          {members.map((username) => (
            <li key={username} className={styles.item}>
              <span className={styles.itemName}>
                <Name text={username} />
              </span>
              <IconButton
                icon={Trash2}
                label={t("access.groups.takeOut", { name: username })}
                onClick={() => remove.mutate({ name, username })}
              />
            </li>
          ))}
        </ul>
      )}
      <Pending answers={[accounts]}>
        <NameForm
          label={t("access.user")}
          submit={t("access.groups.add")}
          choices={others.map(({ username }) => ({ value: username, text: username }))}
          isBusy={add.isPending}
          onSubmit={(username) => add.mutate({ name, username })}
        />
      </Pending>
      {failure === null ? null : <FailureNotice error={failure} />}
    </Section>
  );
}

function Roles({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  const held = useAnswer("get_group", { name }, { keepsPrevious: false });
  const all = useAnswer("list_roles", {});
  const assign = useAction("assign_role_to_group", CHANGED_ROLES);
  const unassign = useAction("unassign_role_from_group", CHANGED_ROLES);
  const has = new Set(held.data?.roles.map((role) => role.id));
  const others = all.data?.roles.filter((role) => !has.has(role.id)) ?? [];
  const failure = assign.error ?? unassign.error;
  return (
    <Section title={t("settings.roles")}>
      <Pending answers={[held, all]}>
        <RoleList roles={held.data?.roles ?? []} onRemove={(role) => unassign.mutate({ name, role_id: role.id })} />
        <NameForm
          label={t("access.role")}
          submit={t("access.roles.give")}
          choices={others.map((role) => ({ value: String(role.id), text: role.name }))}
          isBusy={assign.isPending}
          onSubmit={(id) => assign.mutate({ name, role_id: Number(id) })}
        />
      </Pending>
      {failure === null ? null : <FailureNotice error={failure} />}
    </Section>
  );
}
