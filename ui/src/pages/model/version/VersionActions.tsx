import { ArrowRightLeft, AtSign, EllipsisVertical, Trash2 } from "lucide-react";
import { useState } from "react";
import type { ModelOverviewMessage, ModelVersionRowMessage } from "../../../api";
import { Button, Menu, type MenuItem } from "../../../components";
import { useTranslation } from "../../../i18n";
import { AliasDialog } from "../AliasDialog";
import { DeleteVersion } from "../DeleteVersion";
import { mayEdit, mayManage } from "../permissions";
import { TransitionDialog } from "../TransitionDialog";

/** What the actions on a version need. */
export interface VersionActionsProps {
  readonly model: ModelOverviewMessage;
  readonly row: ModelVersionRowMessage;
}

/** What can be done with a version: moving it into another stage first of all. */
export function VersionActions({ model, row: { summary } }: VersionActionsProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<"transition" | "aliases" | "delete" | null>(null);
  const close = () => setOpen(null);
  const isEditable = mayEdit(model.permission);
  const items: MenuItem[] = [];
  if (isEditable) {
    items.push({ key: "aliases", text: t("models.aliases.edit"), icon: AtSign, onChoose: () => setOpen("aliases") });
  }
  if (mayManage(model.permission)) {
    items.push({
      key: "delete",
      text: t("models.version.delete"),
      icon: Trash2,
      isDangerous: true,
      onChoose: () => setOpen("delete"),
    });
  }
  return (
    <>
      {isEditable ? (
        <Button variant="primary" icon={ArrowRightLeft} onClick={() => setOpen("transition")}>
          {t("models.transition")}
        </Button>
      ) : null}
      {items.length === 0 ? null : <Menu label={t("models.more")} icon={EllipsisVertical} items={items} />}
      {open === "transition" ? <TransitionDialog model={model} version={summary} onClose={close} /> : null}
      {open === "aliases" ? <AliasDialog model={model} version={summary.version} onClose={close} /> : null}
      {open === "delete" ? <DeleteVersion name={model.name} version={summary} onClose={close} /> : null}
    </>
  );
}
