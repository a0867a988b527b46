import { FlaskConical } from "lucide-react";
import { trackingLines } from "../../../api";
import { Button, EmptyPlace } from "../../../components";
import { useTranslation } from "../../../i18n";
import { useTrackingAddress } from "../../../state";

/** What an empty table needs. */
export interface EmptyTableProps {
  readonly filter: string;
  /** Whether runs that are parts of others were left out. */
  readonly isTree: boolean;
  readonly onClear: () => void;
  /** Shows all runs in one list. */
  readonly onList: () => void;
  readonly experimentName: string;
}

/** Says why there are no runs: none fits the filter, all are parts of others, or none was logged. */
export function EmptyTable({ filter, isTree, onClear, onList, experimentName }: EmptyTableProps) {
  const { t } = useTranslation();
  const address = useTrackingAddress();
  if (filter !== "") {
    return (
      <EmptyPlace
        icon={FlaskConical}
        title={t("runs.none.title")}
        why={t("runs.none.why")}
        actions={<Button onClick={onClear}>{t("runs.filter.clear")}</Button>}
      />
    );
  }
  if (isTree) {
    return (
      <EmptyPlace
        icon={FlaskConical}
        title={t("runs.noTop.title")}
        why={t("runs.noTop.why")}
        actions={<Button onClick={onList}>{t("runs.noTop.list")}</Button>}
      />
    );
  }
  return (
    <EmptyPlace
      icon={FlaskConical}
      title={t("runs.empty.title")}
      why={t("runs.empty.why")}
      code={[{ name: "mlflow", code: firstRun(address, experimentName) }]}
    />
  );
}

function firstRun(address: string, experiment: string): string {
  return [
    "import mlflow",
    "",
    ...trackingLines(address),
    // As JSON a name of any characters is a literal of Python too.
    `mlflow.set_experiment(${JSON.stringify(experiment)})`,
    "with mlflow.start_run():",
    '    mlflow.log_param("learning_rate", 0.1)',
    '    mlflow.log_metric("accuracy", 0.9)',
  ].join("\n");
}
