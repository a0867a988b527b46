import { type FormEvent, useId, useState } from "react";
import { Button, Dialog, FailureNotice, TextField } from "../../components";
import { useTranslation } from "../../i18n";
import { useAction } from "../../state";
import { REGISTRY_ANSWERS } from "./changed";
import styles from "./forms.module.css";
import { KEY_METRIC_TAG, metricsOf } from "./keyMetricTag";
import type { LoadedModel } from "./useModel";

/** Chooses the metric that is shown beside each version of a model, or leaves the choice to the server. */
export function KeyMetricDialog({ model, onClose }: { readonly model: LoadedModel; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const { name, tags } = model.overview;
  const chosen = tags[KEY_METRIC_TAG] ?? "";
  const [typed, setTyped] = useState(chosen);
  const set = useAction("set_registered_model_tag", REGISTRY_ANSWERS);
  const remove = useAction("delete_registered_model_tag", REGISTRY_ANSWERS);
  const metric = typed.trim();
  const known = metricsOf(model.versions);
  const isUnknown = metric !== "" && known.length > 0 && !known.includes(metric);

  function save(event: FormEvent): void {
    event.preventDefault();
    if (metric === chosen) onClose();
    else if (metric === "") remove.mutate({ name, key: KEY_METRIC_TAG }, { onSuccess: onClose });
    else set.mutate({ name, key: KEY_METRIC_TAG, value: metric }, { onSuccess: onClose });
  }
  const error = set.error ?? remove.error;
  return (
    <Dialog
      title={t("models.keyMetric.title")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" type="submit" form={id} isBusy={set.isPending || remove.isPending}>
            {t("models.save")}
          </Button>
        </>
      }
    >
      <form id={id} className={styles.form} onSubmit={save}>
        <TextField
          label={t("models.keyMetric.name")}
          hint={isUnknown ? t("models.keyMetric.unknown") : t("models.keyMetric.hint")}
          list={`${id}-known`}
          value={typed}
          onText={setTyped}
        />
        <datalist id={`${id}-known`}>
          {known.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
        {error === null ? null : <FailureNotice error={error} />}
      </form>
    </Dialog>
  );
}
