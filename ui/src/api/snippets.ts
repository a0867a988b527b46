import { WORKSPACE_HEADER, workspaceEntered } from "./workspace";

const USUAL = /^[\w-]+$/;

/** Returns the lines by which a program that uses MLflow reaches this server, and the workspace that is open. */
export function trackingLines(address: string): readonly string[] {
  const workspace = workspaceEntered();
  // As JSON, a text is a literal of Python too.
  const uri = `mlflow.set_tracking_uri(${JSON.stringify(address)})`;
  return workspace === null ? [uri] : [uri, `mlflow.set_workspace(${JSON.stringify(workspace)})`];
}

/** Returns the lines that say the same in a shell. */
export function exportLines(address: string): readonly string[] {
  const workspace = workspaceEntered();
  const uri = `export MLFLOW_TRACKING_URI=${address}`;
  if (workspace === null) return [uri];
  return [uri, `export MLFLOW_WORKSPACE=${USUAL.test(workspace) ? workspace : `'${withinQuotes(workspace)}'`}`];
}

/** Returns the options that curl needs for the workspace that is open, each on a line that goes on. */
export function curlLines(): readonly string[] {
  const workspace = workspaceEntered();
  return workspace === null ? [] : [`     -H '${WORKSPACE_HEADER}: ${withinQuotes(workspace)}' \\`];
}

/** The name stands in an address that anybody may have written, and is copied into a shell. */
function withinQuotes(text: string): string {
  return text.replaceAll("'", "'\\''");
}
