import { useState } from "react";
import { Badge, Button, ConfirmDialog, Section, Skeleton } from "../../../components";
import { useTranslation } from "../../../i18n";
import { useAction, useAnswer, useSession } from "../../../state";
import { Details } from "../Details";
import { levelText, resourceText } from "../people/levels";
import styles from "../Settings.module.css";
import { OwnPassword } from "./OwnPassword";

const BY_TOKEN = "token:";
const WAYS = ["open", "password", "session", "oidc"] as const;

/** Who the reader is here, what she may do, her password and her logins. */
export function AccountPart() {
  const { t } = useTranslation();
  const { details: me, username } = useSession();
  const { data: user } = useAnswer("get_current_user", {});
  const [isLeaving, setIsLeaving] = useState(false);
  if (me === null || username === null) return <Skeleton lines={6} />;
  const way = WAYS.find((one) => one === me.via);
  return (
    <>
      <Details
        details={[
          { name: t("access.user"), value: <bdi>{username}</bdi> },
          {
            name: t("access.rights"),
            value: me.is_admin ? <Badge tone="accent">{t("access.admin")}</Badge> : t("access.ordinary"),
          },
          {
            name: t("account.via"),
            value: me.via.startsWith(BY_TOKEN)
              ? t("account.via.token", { id: me.via.slice(BY_TOKEN.length) })
              : way === undefined
                ? me.via
                : t(`account.via.${way}`),
          },
          { name: t("account.default"), value: levelText(me.default_permission, t) },
          {
            name: t("settings.groups"),
            value: me.groups.length === 0 ? t("account.groups.none") : <bdi>{me.groups.join(", ")}</bdi>,
          },
        ]}
      />
      <Section title={t("access.permissions")}>
        {me.is_admin ? <p className={styles.note}>{t("account.admin")}</p> : null}
        {me.permissions.length === 0 ? (
          me.is_admin ? null : (
            <p className={styles.note}>{t("account.permissions.none")}</p>
          )
        ) : (
          <ul className={styles.list}>
            {me.permissions.map((row) => (
              <li
                key={`${row.role_id} ${row.workspace} ${row.resource_type} ${row.resource_pattern}`}
                className={styles.item}
              >
                <bdi className={styles.itemName}>{resourceText(row.resource_type, row.resource_pattern, t)}</bdi>
                <Badge tone={row.permission === "DENY" ? "danger" : "plain"}>{levelText(row.permission, t)}</Badge>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title={t("access.password")}>
        {user?.is_basic_auth === false ? (
          <p className={styles.note}>{t("account.password.none")}</p>
        ) : (
          <OwnPassword username={username} />
        )}
      </Section>
      <Section title={t("account.logins")}>
        <p className={styles.note}>{t("account.logins.what")}</p>
        <div>
          <Button onClick={() => setIsLeaving(true)}>{t("account.logins.end")}</Button>
        </div>
      </Section>
      {isLeaving ? <LeaveDialog onClose={() => setIsLeaving(false)} /> : null}
    </>
  );
}

function LeaveDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  // This login ends too: asking who one is leads to the login page.
  const { mutate, isPending, error } = useAction("end_sessions", ["who_am_i"]);
  return (
    <ConfirmDialog
      title={t("account.logins.end")}
      confirm={t("account.logins.confirm")}
      isDangerous
      isBusy={isPending}
      error={error}
      onConfirm={() => mutate({}, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{t("account.logins.text")}</p>
    </ConfirmDialog>
  );
}
