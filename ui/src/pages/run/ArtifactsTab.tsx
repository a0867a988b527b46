import { FolderOpen } from "lucide-react";
import { useMemo } from "react";
import { EmptyPlace } from "../../components";
import { useTranslation } from "../../i18n";
import { ArtifactBrowser, type ArtifactRoot } from "../artifacts";
import { isLive, type Run } from "./runFacts";
import styles from "./Tab.module.css";

/** The files of a run, and those of the models that it made. */
export default function ArtifactsTab({ run }: { readonly run: Run }) {
  const { t } = useTranslation();
  const runId = run.info.run_id;
  const models = run.logged_models;
  const roots = useMemo<readonly [ArtifactRoot, ...ArtifactRoot[]]>(
    () => [
      { source: { kind: "run", runId }, name: null },
      ...models
        // Of one that is gone, or may not be read, nothing is known.
        .filter(({ role, artifact_uri: uri }) => role === "output" && uri !== null)
        .map(({ model_id: modelId, name }) => ({
          source: { kind: "loggedModel" as const, modelId },
          name: name ?? modelId,
        })),
    ],
    [runId, models],
  );
  return (
    <div className={styles.tab}>
      <ArtifactBrowser
        roots={roots}
        name={t("run.artifacts.all")}
        isLive={isLive(run)}
        empty={
          <EmptyPlace
            icon={FolderOpen}
            title={t("run.artifacts.none.title")}
            why={t("run.artifacts.none.why")}
            code={[
              {
                name: "mlflow",
                code: 'mlflow.log_artifact("report.html")\nmlflow.log_figure(figure, "plots/loss.png")\nmlflow.log_dict({"classes": 3}, "config.json")',
              },
            ]}
          />
        }
      />
    </div>
  );
}
