import { useState } from "react";
import { Select, TextField } from "../../../components";
import { useTranslation } from "../../../i18n";
import { useAction } from "../../../state";
import { FormDialog } from "../FormDialog";

/** What the dialog needs. */
export interface NewRoleDialogProps {
  /** Where roles may be made; at least one. */
  readonly workspaces: readonly string[];
  readonly onClose: () => void;
}

/** Makes a role that permits nothing yet. */
export function NewRoleDialog({ workspaces, onClose }: NewRoleDialogProps) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [workspace, setWorkspace] = useState(workspaces[0] ?? "");
  const { mutate, isPending, error } = useAction("create_role", ["list_roles"]);
  return (
    <FormDialog
      title={t("access.roles.new")}
      submit={t("access.create")}
      isReady={name.trim() !== ""}
      isBusy={isPending}
      error={error}
      onSubmit={() =>
        mutate(
          { workspace, name: name.trim(), ...(description.trim() === "" ? {} : { description: description.trim() }) },
          { onSuccess: onClose },
        )
      }
      onClose={onClose}
    >
      <TextField label={t("access.role.name")} required value={name} onText={setName} />
      <TextField label={t("access.description")} value={description} onText={setDescription} />
      {workspaces.length < 2 ? null : (
        <Select
          label={t("access.workspace")}
          value={workspace}
          choices={workspaces.map((one) => ({ value: one, text: one }))}
          onChoice={setWorkspace}
        />
      )}
    </FormDialog>
  );
}
