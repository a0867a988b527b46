import { EllipsisVertical, Pencil, RotateCcw, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { Button, ConfirmDialog, Dialog, FailureNotice, Menu, ShortId, TextField } from "../../components";
import { useTranslation } from "../../i18n";
import { showNotice, useAction, useCommands } from "../../state";
import { mayEdit, mayManage, type Run } from "./runFacts";
import { RUN_ANSWERS, useRestore } from "./useRestore";

type Open = "rename" | "delete" | null;

/** What can be done with a run: rename, delete, restore; as far as who asks may. */
export function RunActions({ run }: { readonly run: Run }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Open>(null);
  const { restore } = useRestore(run.info.run_id, run.info.run_name);
  const canEdit = mayEdit(run);
  const canDelete = mayManage(run) && run.info.lifecycle_stage === "active";
  const canRestore = mayManage(run) && run.info.lifecycle_stage === "deleted";
  const items = useMemo(
    () =>
      [
        { key: "rename", text: t("run.rename"), icon: Pencil, isOffered: canEdit, onChoose: () => setOpen("rename") },
        {
          key: "delete",
          text: t("run.delete"),
          icon: Trash2,
          isDangerous: true,
          isOffered: canDelete,
          onChoose: () => setOpen("delete"),
        },
        { key: "restore", text: t("run.restore"), icon: RotateCcw, isOffered: canRestore, onChoose: restore },
      ].filter(({ isOffered }) => isOffered),
    [t, canEdit, canDelete, canRestore, restore],
  );
  useCommands(
    useMemo(
      () =>
        items.map(({ key, text, onChoose }) => ({
          id: `run.${key}`,
          text: t("run.command", { action: text }),
          run: onChoose,
        })),
      [items, t],
    ),
  );
  return (
    <>
      <ShortId id={run.info.run_id} name={t("run.id")} />
      {items.length === 0 ? null : <Menu label={t("run.actions")} icon={EllipsisVertical} items={items} />}
      {open === "rename" ? <RenameDialog run={run} onClose={() => setOpen(null)} /> : null}
      {open === "delete" ? <DeleteDialog run={run} onClose={() => setOpen(null)} /> : null}
    </>
  );
}

interface RunDialogProps {
  readonly run: Run;
  readonly onClose: () => void;
}

function RenameDialog({ run, onClose }: RunDialogProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(run.info.run_name);
  const { mutateAsync, isPending, error } = useAction("update_run", RUN_ANSWERS);
  const isReady = name.trim() !== "" && name !== run.info.run_name;

  async function rename(): Promise<void> {
    if (!isReady) return;
    try {
      await mutateAsync({ run_id: run.info.run_id, run_name: name });
      onClose();
    } catch {
      // The dialog says it.
    }
  }
  return (
    <Dialog
      title={t("run.rename")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" isBusy={isPending} disabled={!isReady} onClick={() => void rename()}>
            {t("run.rename.do")}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void rename();
        }}
      >
        <TextField label={t("run.name")} value={name} onText={setName} />
      </form>
      {error === null ? null : <FailureNotice error={error} />}
    </Dialog>
  );
}

function DeleteDialog({ run, onClose }: RunDialogProps) {
  const { t } = useTranslation();
  const { info, child_count: children } = run;
  const { mutateAsync, isPending, error } = useAction("delete_run", RUN_ANSWERS);
  const { restore } = useRestore(info.run_id, info.run_name);

  async function remove(): Promise<void> {
    try {
      await mutateAsync({ run_id: info.run_id });
      onClose();
      showNotice(t("run.delete.done", { name: info.run_name }), { text: t("run.undo"), run: restore });
    } catch {
      // The dialog says it.
    }
  }
  return (
    <ConfirmDialog
      title={t("run.delete.title")}
      confirm={t("run.delete")}
      isDangerous
      isBusy={isPending}
      error={error}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <p>{t("run.delete.text", { name: info.run_name })}</p>
      {children > 0 ? <p>{t("run.delete.children", { count: children })}</p> : null}
    </ConfirmDialog>
  );
}
