import { curlLines, trackingLines } from "../../api";
import type { Snippet } from "../../components";
import { pythonText, shellText } from "./quoting";

/**
 * Returns what registers a version of a model, for each client.
 *
 * @param address Of the server, without a slash at its end.
 * @param name The registered model.
 */
export function registerSnippets(address: string, name: string): readonly Snippet[] {
  return [
    {
      name: "log_model",
      code: [
        "import mlflow",
        "",
        ...trackingLines(address),
        "with mlflow.start_run():",
        '    mlflow.log_metric("roc_auc", 0.5129)',
        "    mlflow.sklearn.log_model(",
        '        model, name="model", input_example=X_train[:5],',
        `        registered_model_name=${pythonText(name)},`,
        "    )",
      ].join("\n"),
    },
    {
      name: "register_model",
      code: [
        "import mlflow",
        "",
        ...trackingLines(address),
        "mlflow.register_model(",
        `    f"runs:/{run_id}/model", ${pythonText(name)},`,
        '    tags={"owner": "me"},',
        ")",
      ].join("\n"),
    },
    {
      name: "curl",
      code: [
        `curl ${address}/api/2.0/mlflow/model-versions/create \\`,
        ...curlLines(),
        "     -H 'Content-Type: application/json' \\",
        `     -d ${shellText(JSON.stringify({ name, source: "runs:/RUN_ID/model", run_id: "RUN_ID" }))}`,
      ].join("\n"),
    },
  ];
}
