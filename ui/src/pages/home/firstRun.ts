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
    { name: "curl", code: curlLines(address) },
  ];
}

function mlflowLines(address: string): string {
  return [
    "import mlflow",
    "",
    `mlflow.set_tracking_uri("${address}")`,
    "with mlflow.start_run():",
    '    mlflow.log_metric("accuracy", 0.9)',
  ].join("\n");
}

function curlLines(address: string): string {
  return [
    `curl ${address}/api/2.0/mlflow/runs/create \\`,
    "     -H 'Content-Type: application/json' \\",
    `     -d '{"experiment_id": "0", "run_name": "first"}'`,
  ].join("\n");
}
