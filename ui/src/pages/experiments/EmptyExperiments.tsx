import { FolderPlus } from "lucide-react";
import { trackingLines } from "../../api";
import { Button, EmptyPlace, LinkButton } from "../../components";
import { useTranslation } from "../../i18n";
import { experimentsAddress } from "../../lib/addresses";
import { useTrackingAddress } from "../../state";

/** What an empty list needs. */
export interface EmptyExperimentsProps {
  readonly search: string;
  readonly folder: string;
  readonly onCreate: () => void;
}

/** Says why there are no experiments, and what makes one. */
export function EmptyExperiments({ search, folder, onCreate }: EmptyExperimentsProps) {
  const { t } = useTranslation();
  const address = useTrackingAddress();
  if (search !== "") {
    return <EmptyPlace title={t("experiments.none.title")} why={t("experiments.none.why", { text: search })} />;
  }
  if (folder !== "") {
    return (
      <EmptyPlace
        title={t("experiments.emptyFolder.title")}
        why={t("experiments.emptyFolder.why", { folder })}
        actions={<LinkButton href={experimentsAddress()}>{t("experiments.all")}</LinkButton>}
      />
    );
  }
  return (
    <EmptyPlace
      icon={FolderPlus}
      title={t("experiments.empty.title")}
      why={t("experiments.empty.why")}
      code={[
        {
          name: "mlflow",
          code: ["import mlflow", "", ...trackingLines(address), 'mlflow.set_experiment("iris")'].join("\n"),
        },
      ]}
      actions={<Button onClick={onCreate}>{t("experiments.create")}</Button>}
    />
  );
}
