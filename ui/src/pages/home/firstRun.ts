import { trackingLines, workspaceEntered } from "../../api";

/** Code for one client. */
export interface ClientSnippet {
  readonly name: string;
  readonly code: string;
}

/**
 * Returns what logs a first run, for each client.
 *
 * @param address Of the server, without a slash at its end.
 */
export function firstRunSnippets(address: string): readonly ClientSnippet[] {
  return [
    { name: "mlflow", code: mlflowLines(address) },
    // The experiment with the number 0 is in the default workspace alone.
    ...(workspaceEntered() === null ? [{ name: "curl", code: createLines(address) }] : []),
  ];
}

function mlflowLines(address: string): string {
  return [
    "import mlflow",
    "",
    ...trackingLines(address),
    ...(workspaceEntered() === null ? [] : ['mlflow.set_experiment("first")']),
    "with mlflow.start_run():",
    '    mlflow.log_metric("accuracy", 0.9)',
  ].join("\n");
}

function createLines(address: string): string {
  return [
    `curl ${address}/api/2.0/mlflow/runs/create \\`,
    "     -H 'Content-Type: application/json' \\",
    `     -d '{"experiment_id": "0", "run_name": "first"}'`,
  ].join("\n");
}
