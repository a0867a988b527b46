import { Plus, SlidersHorizontal, Trash2, Users } from "lucide-react";
import { useMemo, useState } from "react";
import type { GroupMessage } from "../../../api";
import {
  Button,
  ConfirmDialog,
  type DataColumn,
  DataTable,
  EmptyPlace,
  FailureNotice,
  IconButton,
  Name,
  Skeleton,
  TextField,
} from "../../../components";
import { useTranslation } from "../../../i18n";
import { optionalCodec } from "../../../lib/codecs";
import { useAction, useAnswer, useUrlState } from "../../../state";
import { FormDialog } from "../FormDialog";
import styles from "../Settings.module.css";
import { GroupDialog } from "./GroupDialog";

/** Groups of users; only administrators come here. */
export function GroupsPart() {
  const { t } = useTranslation();
  const [open, setOpen] = useUrlState("open", optionalCodec);
  const [isNew, setIsNew] = useState(false);
  const [removing, setRemoving] = useState<string | null>(null);
  const { data, error, refetch } = useAnswer("list_groups", {});
  const columns = useColumns(setOpen, setRemoving);
  const groups = data?.groups ?? [];
  const opened = groups.find((group) => group.name === open);
  return (
    <>
      <div className={styles.toolbar}>
        <Button variant="primary" icon={Plus} onClick={() => setIsNew(true)}>
          {t("access.groups.new")}
        </Button>
      </div>
      {error === null ? null : (
        <FailureNotice error={error} isKept={data !== undefined} onAgain={() => void refetch()} />
      )}
      {data === undefined ? (
        error === null && <Skeleton lines={4} />
      ) : groups.length === 0 ? (
        <EmptyPlace icon={Users} title={t("access.groups.none")} why={t("access.groups.none.why")} />
      ) : (
        <DataTable
          label={t("settings.groups")}
          columns={columns}
          count={groups.length}
          rowAt={(index) => groups[index]}
          keyOf={(group) => group.name}
          mostRows={18}
          onOpen={(group) => setOpen(group.name)}
        />
      )}
      {isNew ? <NewGroupDialog onClose={() => setIsNew(false)} /> : null}
      {opened === undefined ? null : <GroupDialog group={opened} onClose={() => setOpen(null)} />}
      {removing === null ? null : <RemoveDialog name={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}

function useColumns(
  onOpen: (name: string) => void,
  onRemove: (name: string) => void,
): readonly DataColumn<GroupMessage>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      { id: "name", title: t("access.group"), width: 240, isRowHeader: true, cell: ({ name }) => <Name text={name} /> },
      {
        id: "count",
        title: t("access.groups.count"),
        width: 120,
        align: "end",
        cell: ({ members }) => members.length,
      },
      {
        id: "members",
        title: t("access.groups.members"),
        width: 420,
        cell: ({ members }) => <Name text={members.join(", ")} />,
      },
      {
        id: "actions",
        title: t("settings.actions"),
        width: 100,
        align: "end",
        cell: ({ name }) => (
          <span className={styles.actions}>
            <IconButton icon={SlidersHorizontal} label={t("access.open", { name })} onClick={() => onOpen(name)} />
            <IconButton icon={Trash2} label={t("access.delete", { name })} onClick={() => onRemove(name)} />
          </span>
        ),
      },
    ],
    [t, onOpen, onRemove],
  );
}

function NewGroupDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const { mutate, isPending, error } = useAction("create_group", ["list_groups"]);
  return (
    <FormDialog
      title={t("access.groups.new")}
      submit={t("access.create")}
      isReady={name.trim() !== ""}
      isBusy={isPending}
      error={error}
      onSubmit={() => mutate({ name: name.trim() }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <TextField label={t("access.group.name")} required value={name} onText={setName} />
    </FormDialog>
  );
}

function RemoveDialog({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { mutate, isPending, error } = useAction("delete_group", ["list_groups"]);
  return (
    <ConfirmDialog
      title={t("access.groups.delete")}
      confirm={t("access.delete.confirm")}
      isDangerous
      isBusy={isPending}
      error={error}
      onConfirm={() => mutate({ name }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{t("access.groups.delete.text", { name })}</p>
    </ConfirmDialog>
  );
}
