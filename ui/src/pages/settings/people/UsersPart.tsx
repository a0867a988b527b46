import { Plus, SlidersHorizontal, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import type { AccountMessage } from "../../../api";
import {
  Badge,
  Button,
  ConfirmDialog,
  type DataColumn,
  DataTable,
  FailureNotice,
  IconButton,
  Name,
  Skeleton,
  Time,
} from "../../../components";
import { useTranslation } from "../../../i18n";
import { optionalCodec } from "../../../lib/codecs";
import { useAction, useAnswer, useSession, useUrlState } from "../../../state";
import styles from "../Settings.module.css";
import { NewUserDialog } from "./NewUserDialog";
import { UserDialog } from "./UserDialog";

/** Who has an account; only administrators come here. */
export function UsersPart() {
  const { t } = useTranslation();
  const [open, setOpen] = useUrlState("open", optionalCodec);
  const [isNew, setIsNew] = useState(false);
  const [removing, setRemoving] = useState<AccountMessage | null>(null);
  const { data, error, refetch } = useAnswer("list_accounts", {});
  const columns = useColumns(setOpen, setRemoving);
  const users = data?.users ?? [];
  const opened = users.find((user) => user.username === open);
  return (
    <>
      <div className={styles.toolbar}>
        <Button variant="primary" icon={Plus} onClick={() => setIsNew(true)}>
          {t("access.users.new")}
        </Button>
      </div>
      {error === null ? null : (
        <FailureNotice error={error} isKept={data !== undefined} onAgain={() => void refetch()} />
      )}
      {data === undefined ? (
        error === null && <Skeleton lines={6} />
      ) : (
        <DataTable
          label={t("settings.users")}
          columns={columns}
          count={users.length}
          rowAt={(index) => users[index]}
          keyOf={(user) => user.username}
          mostRows={18}
          onOpen={(user) => setOpen(user.username)}
        />
      )}
      {isNew ? <NewUserDialog onClose={() => setIsNew(false)} /> : null}
      {opened === undefined ? null : <UserDialog user={opened} onClose={() => setOpen(null)} />}
      {removing === null ? null : <RemoveDialog user={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}

function useColumns(
  onOpen: (name: string) => void,
  onRemove: (user: AccountMessage) => void,
): readonly DataColumn<AccountMessage>[] {
  const { t } = useTranslation();
  const { username: own } = useSession();
  return useMemo(
    () => [
      {
        id: "name",
        title: t("access.user"),
        width: 260,
        isRowHeader: true,
        cell: ({ username }) => <Name text={username} />,
      },
      {
        id: "admin",
        title: t("access.rights"),
        width: 190,
        cell: ({ is_admin }) => (is_admin ? <Badge tone="accent">{t("access.admin")}</Badge> : t("access.ordinary")),
      },
      {
        id: "password",
        title: t("access.password"),
        width: 170,
        cell: ({ has_password }) => t(has_password ? "access.password.has" : "access.password.hasNot"),
      },
      { id: "created", title: t("access.created"), width: 210, cell: ({ created_at }) => <Time moment={created_at} /> },
      {
        id: "actions",
        title: t("settings.actions"),
        width: 100,
        align: "end",
        cell: (user) => (
          <span className={styles.actions}>
            <IconButton
              icon={SlidersHorizontal}
              label={t("access.open", { name: user.username })}
              onClick={() => onOpen(user.username)}
            />
            {user.username === own ? null : (
              <IconButton
                icon={Trash2}
                label={t("access.delete", { name: user.username })}
                onClick={() => onRemove(user)}
              />
            )}
          </span>
        ),
      },
    ],
    [t, own, onOpen, onRemove],
  );
}

function RemoveDialog({ user, onClose }: { readonly user: AccountMessage; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { mutate, isPending, error } = useAction("delete_user", ["list_accounts", "list_users", "list_groups"]);
  return (
    <ConfirmDialog
      title={t("access.users.delete")}
      confirm={t("access.delete.confirm")}
      isDangerous
      isBusy={isPending}
      error={error}
      onConfirm={() => mutate({ username: user.username }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{t("access.users.delete.text", { name: user.username })}</p>
    </ConfirmDialog>
  );
}
