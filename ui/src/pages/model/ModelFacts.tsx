import { useState } from "react";
import type { ModelOverviewMessage } from "../../api";
import { Time } from "../../components";
import { useTranslation } from "../../i18n";
import { useAction } from "../../state";
import { Fact, Facts, LongText, Unsaid } from "./About";
import { AliasList } from "./AliasList";
import { REGISTRY_ANSWERS } from "./changed";
import { DescriptionDialog } from "./DescriptionDialog";
import { mayEdit } from "./permissions";
import { TagDialog } from "./TagDialog";
import { TagList } from "./TagList";

/** What is to be said of a model itself: what it is for, its tags, its aliases, since when it is there. */
export function ModelFacts({ model }: { readonly model: ModelOverviewMessage }) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState<"description" | "tags" | null>(null);
  const close = () => setEditing(null);
  const isEditable = mayEdit(model.permission);
  return (
    <>
      <Facts>
        <Fact
          name={t("models.description")}
          edit={t("models.description.edit")}
          onEdit={isEditable ? () => setEditing("description") : undefined}
        >
          {model.description === null || model.description === "" ? (
            <Unsaid>{t("models.description.none")}</Unsaid>
          ) : (
            <LongText text={model.description} />
          )}
        </Fact>
        <Fact
          name={t("models.tags")}
          edit={t("models.tags.edit")}
          onEdit={isEditable ? () => setEditing("tags") : undefined}
        >
          {Object.keys(model.tags).length === 0 ? (
            <Unsaid>{t("models.tags.none")}</Unsaid>
          ) : (
            <TagList tags={model.tags} />
          )}
        </Fact>
        {model.aliases.length === 0 ? null : (
          <Fact name={t("models.aliases")}>
            <AliasList model={model.name} aliases={model.aliases} />
          </Fact>
        )}
        <Fact name={t("models.created")}>
          <Time moment={model.creation_timestamp} />
        </Fact>
      </Facts>
      {editing === "description" ? <ModelDescription model={model} onClose={close} /> : null}
      {editing === "tags" ? <ModelTags model={model} onClose={close} /> : null}
    </>
  );
}

interface EditProps {
  readonly model: ModelOverviewMessage;
  readonly onClose: () => void;
}

function ModelDescription({ model, onClose }: EditProps) {
  const update = useAction("update_registered_model", REGISTRY_ANSWERS);
  return (
    <DescriptionDialog
      description={model.description}
      isBusy={update.isPending}
      error={update.error}
      onSave={(description) => update.mutate({ name: model.name, description }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

function ModelTags({ model, onClose }: EditProps) {
  const { t } = useTranslation();
  const set = useAction("set_registered_model_tag", REGISTRY_ANSWERS);
  const remove = useAction("delete_registered_model_tag", REGISTRY_ANSWERS);
  return (
    <TagDialog
      title={t("models.tags.titleOfModel")}
      tags={model.tags}
      isBusy={set.isPending || remove.isPending}
      error={set.error ?? remove.error}
      onSet={(key, value) => set.mutateAsync({ name: model.name, key, value })}
      onDelete={(key) => remove.mutate({ name: model.name, key })}
      onClose={onClose}
    />
  );
}
