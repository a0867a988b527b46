import { EllipsisVertical, Pencil, Trash2, Undo2 } from "lucide-react";
import { useState } from "react";
import { Menu, type MenuItem } from "../../components";
import { useTranslation } from "../../i18n";
import { DeleteModel } from "./DeleteModel";
import { mayEdit, mayManage } from "./permissions";
import { RenameModel } from "./RenameModel";
import { RollBackDialog } from "./RollBackDialog";
import { mayRollBack } from "./rollback";
import { ACTIVE_STAGES, type ActiveStage } from "./stages";
import type { LoadedModel } from "./useModel";

type Open = "rename" | "delete" | ActiveStage;

/** What else can be done with a model. */
export function ModelMenu({ model }: { readonly model: LoadedModel }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Open | null>(null);
  const { overview, moves, hasMoreMoves } = model;
  const occupants = { Production: overview.production, Staging: overview.staging };
  const close = () => setOpen(null);
  const items: MenuItem[] = [];
  if (mayEdit(overview.permission)) {
    items.push({ key: "rename", text: t("models.rename"), icon: Pencil, onChoose: () => setOpen("rename") });
    for (const stage of ACTIVE_STAGES) {
      if (!mayRollBack(moves, hasMoreMoves, stage, occupants[stage]?.version ?? null)) continue;
      const text = t("models.rollBack.withReason", { stage });
      items.push({ key: stage, text, icon: Undo2, onChoose: () => setOpen(stage) });
    }
  }
  if (mayManage(overview.permission)) {
    items.push({
      key: "delete",
      text: t("models.delete"),
      icon: Trash2,
      isDangerous: true,
      onChoose: () => setOpen("delete"),
    });
  }
  if (items.length === 0) return null;
  return (
    <>
      <Menu label={t("models.more")} icon={EllipsisVertical} items={items} />
      {open === "rename" ? <RenameModel name={overview.name} onClose={close} /> : null}
      {open === "delete" ? <DeleteModel model={overview} onClose={close} /> : null}
      {open === "Production" || open === "Staging" ? (
        <RollBackDialog name={overview.name} stage={open} current={occupants[open]?.version ?? null} onClose={close} />
      ) : null}
    </>
  );
}
