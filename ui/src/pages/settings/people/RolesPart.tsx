import { KeyRound, Plus, SlidersHorizontal, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import type { RoleMessage } from "../../../api";
import {
  Button,
  ConfirmDialog,
  type DataColumn,
  DataTable,
  EmptyPlace,
  FailureNotice,
  IconButton,
  Name,
  Nothing,
  Skeleton,
} from "../../../components";
import { useTranslation } from "../../../i18n";
import { optionalCodec } from "../../../lib/codecs";
import { useAction, useAnswer, useUrlState } from "../../../state";
import styles from "../Settings.module.css";
import { NewRoleDialog } from "./NewRoleDialog";
import { RoleDialog } from "./RoleDialog";
import { useManagedWorkspaces } from "./useManagedWorkspaces";

/** Roles: to administrators all of them, to others those that they have or administer. */
export function RolesPart() {
  const { t } = useTranslation();
  const [open, setOpen] = useUrlState("open", optionalCodec);
  const [isNew, setIsNew] = useState(false);
  const [removing, setRemoving] = useState<RoleMessage | null>(null);
  const { workspaces, manages } = useManagedWorkspaces();
  const { data, error, refetch } = useAnswer("list_roles", {});
  const columns = useColumns(manages, setOpen, setRemoving);
  const roles = data?.roles ?? [];
  const opened = roles.find((role) => String(role.id) === open);
  return (
    <>
      <p className={styles.note}>{t("access.roles.what")}</p>
      {workspaces.length === 0 ? null : (
        <div className={styles.toolbar}>
          <Button variant="primary" icon={Plus} onClick={() => setIsNew(true)}>
            {t("access.roles.new")}
          </Button>
        </div>
      )}
      {error === null ? null : (
        <FailureNotice error={error} isKept={data !== undefined} onAgain={() => void refetch()} />
      )}
      {data === undefined ? (
        error === null && <Skeleton lines={4} />
      ) : roles.length === 0 ? (
        <EmptyPlace icon={KeyRound} title={t("access.roles.none")} why={t("access.roles.none.why")} />
      ) : (
        <DataTable
          label={t("settings.roles")}
          columns={columns}
          count={roles.length}
          rowAt={(index) => roles[index]}
          keyOf={(role) => String(role.id)}
          mostRows={18}
          onOpen={(role) => setOpen(String(role.id))}
        />
      )}
      {isNew ? <NewRoleDialog workspaces={workspaces} onClose={() => setIsNew(false)} /> : null}
      {opened === undefined ? null : (
        <RoleDialog role={opened} mayManage={manages(opened.workspace)} onClose={() => setOpen(null)} />
      )}
      {removing === null ? null : <RemoveDialog role={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}

function useColumns(
  manages: (workspace: string) => boolean,
  onOpen: (id: string) => void,
  onRemove: (role: RoleMessage) => void,
): readonly DataColumn<RoleMessage>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      { id: "name", title: t("access.role"), width: 220, isRowHeader: true, cell: ({ name }) => <Name text={name} /> },
      {
        id: "workspace",
        title: t("access.workspace"),
        width: 190,
        cell: ({ workspace }) => <Name text={workspace} />,
      },
      {
        id: "description",
        title: t("access.description"),
        width: 320,
        cell: ({ description }) => (description ? <Name text={description} /> : <Nothing />),
      },
      {
        id: "permissions",
        title: t("access.permissions"),
        width: 120,
        align: "end",
        cell: ({ permissions }) => permissions.length,
      },
      {
        id: "actions",
        title: t("settings.actions"),
        width: 100,
        align: "end",
        cell: (role) => (
          <span className={styles.actions}>
            <IconButton
              icon={SlidersHorizontal}
              label={t("access.open", { name: role.name })}
              onClick={() => onOpen(String(role.id))}
            />
            {manages(role.workspace) ? (
              <IconButton
                icon={Trash2}
                label={t("access.delete", { name: role.name })}
                onClick={() => onRemove(role)}
              />
            ) : null}
          </span>
        ),
      },
    ],
    [t, manages, onOpen, onRemove],
  );
}

function RemoveDialog({ role, onClose }: { readonly role: RoleMessage; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { mutate, isPending, error } = useAction("delete_role", ["list_roles"]);
  return (
    <ConfirmDialog
      title={t("access.roles.delete")}
      confirm={t("access.delete.confirm")}
      isDangerous
      isBusy={isPending}
      error={error}
      onConfirm={() => mutate({ role_id: role.id }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{t("access.roles.delete.text", { name: role.name })}</p>
    </ConfirmDialog>
  );
}
