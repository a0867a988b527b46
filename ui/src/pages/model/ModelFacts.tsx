import { useState } from "react";
import type { ModelOverviewMessage } from "../../api";
import { Name, TagEditor, Time } from "../../components";
import { useTranslation } from "../../i18n";
import { useAction } from "../../state";
import { Fact, Facts, LongText, Unsaid } from "./About";
import { AliasList } from "./AliasList";
import { REGISTRY_ANSWERS } from "./changed";
import { DescriptionDialog } from "./DescriptionDialog";
import { KeyMetricDialog } from "./KeyMetricDialog";
import { KEY_METRIC_TAG } from "./keyMetricTag";
import { mayEdit } from "./permissions";
import type { LoadedModel } from "./useModel";

/** What is to be said of a model itself: what it is for, its tags, its aliases, by what its versions are judged. */
export function ModelFacts({ model }: { readonly model: LoadedModel }) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState<"description" | "keyMetric" | null>(null);
  const close = () => setEditing(null);
  const { overview } = model;
  const isEditable = mayEdit(overview.permission);
  const keyMetric = overview.tags[KEY_METRIC_TAG] ?? "";
  const opens = (what: "description" | "keyMetric") => (isEditable ? () => setEditing(what) : undefined);
  return (
    <>
      <Facts>
        <Fact name={t("models.description")} edit={t("models.description.edit")} onEdit={opens("description")}>
          {overview.description === null || overview.description === "" ? (
            <Unsaid>{t("models.description.none")}</Unsaid>
          ) : (
            <LongText text={overview.description} />
          )}
        </Fact>
        <Fact name={t("models.tags")}>
          <ModelTags model={overview} />
        </Fact>
        {overview.version_count === 0 && keyMetric === "" ? null : (
          <Fact name={t("models.keyMetric")} edit={t("models.keyMetric.edit")} onEdit={opens("keyMetric")}>
            {keyMetric === "" ? <Unsaid>{t("models.keyMetric.none")}</Unsaid> : <Name text={keyMetric} />}
          </Fact>
        )}
        {overview.aliases.length === 0 ? null : (
          <Fact name={t("models.aliases")}>
            <AliasList model={overview.name} aliases={overview.aliases} />
          </Fact>
        )}
        <Fact name={t("models.created")}>
          <Time moment={overview.creation_timestamp} />
        </Fact>
      </Facts>
      {editing === "description" ? <ModelDescription model={overview} onClose={close} /> : null}
      {editing === "keyMetric" ? <KeyMetricDialog model={model} onClose={close} /> : null}
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

function ModelTags({ model }: { readonly model: ModelOverviewMessage }) {
  const { t } = useTranslation();
  const { mutateAsync: set } = useAction("set_registered_model_tag", REGISTRY_ANSWERS);
  const { mutateAsync: remove } = useAction("delete_registered_model_tag", REGISTRY_ANSWERS);
  const shown = Object.entries(model.tags).filter(([key]) => key !== KEY_METRIC_TAG);
  return (
    <TagEditor
      tags={shown.map(([key, value]) => ({ key, value }))}
      none={t("models.tags.none")}
      isEditable={mayEdit(model.permission)}
      onSet={(key, value) => set({ name: model.name, key, value })}
      onRemove={(key) => remove({ name: model.name, key })}
    />
  );
}
