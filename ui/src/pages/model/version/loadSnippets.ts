import { type ModelVersionRowMessage, trackingLines, workspaceEntered } from "../../../api";
import type { Snippet } from "../../../components";
import { withWorkspace } from "../../../lib/workspaces";
import { loadingSnippets } from "../../run/modelCode";
import { pythonText, shellText } from "../quoting";
import { isActive } from "../stages";

/** What of a version says how it is loaded. */
export type Loadable = Pick<ModelVersionRowMessage, "flavors"> & {
  readonly summary: Pick<ModelVersionRowMessage["summary"], "version" | "stage" | "aliases">;
};

/**
 * Returns what loads a version: this one for good, whatever bears its alias or is in its stage, and its files.
 *
 * @param address Of the server, without a slash at its end.
 * @param name The registered model.
 * @param version The version.
 */
export function loadSnippets(address: string, name: string, { flavors, summary }: Loadable): readonly Snippet[] {
  const { version, stage, aliases } = summary;
  const [alias] = aliases;
  const archive = `${address}/api/trialog/v1/models/${encodeURIComponent(name)}/versions/${version}/artifacts/archive`;
  return [
    ...loadingSnippets(address, `models:/${name}/${version}`, flavors),
    ...(alias === undefined ? [] : [{ name: `@${alias}`, code: loading(address, `models:/${name}@${alias}`) }]),
    ...(isActive(stage) ? [{ name: stage, code: loading(address, `models:/${name}/${stage}`) }] : []),
    { name: "curl", code: `curl -o model.zip ${shellText(withWorkspace(archive, workspaceEntered()))}` },
  ];
}

function loading(address: string, uri: string): string {
  return ["import mlflow", "", ...trackingLines(address), `model = mlflow.pyfunc.load_model(${pythonText(uri)})`].join(
    "\n",
  );
}
