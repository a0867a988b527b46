import { Trash2 } from "lucide-react";
import { Badge, FailureNotice, IconButton, Section, Skeleton } from "../../../components";
import { useTranslation } from "../../../i18n";
import { useAction, useAnswer } from "../../../state";
import styles from "../Settings.module.css";
import { levelText, resourceText } from "./levels";
import { PermissionForm } from "./PermissionForm";

const BY_HERSELF = 0;

/** What one user is permitted, by herself and by roles; more is permitted, and taken back. */
export function UserPermissions({ username }: { readonly username: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useAnswer("list_user_permissions", { username }, { keepsPrevious: false });
  const grant = useAction("grant_user_permission", ["list_user_permissions"]);
  const revoke = useAction("revoke_user_permission", ["list_user_permissions"]);
  const failure = grant.error ?? revoke.error;
  return (
    <Section title={t("access.permissions")}>
      {data?.is_admin ? <p className={styles.note}>{t("access.permissions.admin")}</p> : null}
      {error === null ? null : (
        <FailureNotice error={error} isKept={data !== undefined} onAgain={() => void refetch()} />
      )}
      {data === undefined ? (
        error === null && <Skeleton lines={2} />
      ) : data.permissions.length === 0 ? (
        <p className={styles.note}>{t("access.permissions.none")}</p>
      ) : (
        <ul className={styles.list}>
          {data.permissions.map((row) => {
            const what = resourceText(row.resource_type, row.resource_pattern, t);
            return (
              <li
                key={`${row.role_id} ${row.workspace} ${row.resource_type} ${row.resource_pattern}`}
                className={styles.item}
              >
                <bdi className={styles.itemName}>{what}</bdi>
                <Badge tone={row.permission === "DENY" ? "danger" : "plain"}>{levelText(row.permission, t)}</Badge>
                {row.role_id === BY_HERSELF ? (
                  <IconButton
                    icon={Trash2}
                    label={t("access.permissions.revoke", { what })}
                    onClick={() => {
                      grant.reset();
                      revoke.mutate({
                        username,
                        resource_type: row.resource_type,
                        resource_id: row.resource_pattern,
                      });
                    }}
                  />
                ) : (
                  <span className={styles.note}>{t("access.permissions.byRole", { name: row.role_name })}</span>
                )}
              </li>
            );
          })}
        </ul>
      )}
      <PermissionForm
        hasWorkspaces={false}
        isBusy={grant.isPending}
        onSubmit={({ type, pattern, level }, onDone) => {
          revoke.reset();
          grant.mutate(
            { username, resource_type: type, resource_id: pattern, permission: level },
            { onSuccess: onDone },
          );
        }}
      />
      {failure === null ? null : <FailureNotice error={failure} />}
    </Section>
  );
}
