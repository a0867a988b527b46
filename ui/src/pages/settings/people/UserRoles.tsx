import { FailureNotice, Section } from "../../../components";
import { useTranslation } from "../../../i18n";
import { useAction, useAnswer } from "../../../state";
import { Pending } from "../Pending";
import { NameForm } from "./NameForm";
import { RoleList } from "./RoleList";

const CHANGED = ["list_user_roles", "list_role_users", "list_user_permissions", "list_users"] as const;

/** The roles of a user, those of her groups too; more are given to her, and taken. */
export function UserRoles({ username }: { readonly username: string }) {
  const { t } = useTranslation();
  const own = useAnswer("list_user_roles", { username }, { keepsPrevious: false });
  const all = useAnswer("list_roles", {});
  const assign = useAction("assign_role", CHANGED);
  const unassign = useAction("unassign_role", CHANGED);
  const has = new Set(own.data?.roles.map((role) => role.id));
  const others = all.data?.roles.filter((role) => !has.has(role.id)) ?? [];
  const failure = assign.error ?? unassign.error;
  return (
    <Section title={t("settings.roles")}>
      <Pending answers={[own, all]}>
        <RoleList roles={own.data?.roles ?? []} onRemove={(role) => unassign.mutate({ username, role_id: role.id })} />
        <NameForm
          label={t("access.role")}
          submit={t("access.roles.give")}
          choices={others.map((role) => ({ value: String(role.id), text: role.name }))}
          isBusy={assign.isPending}
          onSubmit={(id) => assign.mutate({ username, role_id: Number(id) })}
        />
      </Pending>
      {failure === null ? null : <FailureNotice error={failure} />}
    </Section>
  );
}
