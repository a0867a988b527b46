import { call, type FileInfo, fileAddress, type ListArtifactsResponse } from "../../api";

/** Whose files are shown. */
export type ArtifactSource =
  | { readonly kind: "run"; readonly runId: string }
  | { readonly kind: "loggedModel"; readonly modelId: string }
  | { readonly kind: "version"; readonly name: string; readonly version: string };

/** Returns what tells the files of one thing from those of another. */
export function sourceKey(source: ArtifactSource): string {
  if (source.kind === "run") return "run";
  return source.kind === "loggedModel" ? source.modelId : `${source.name}/${source.version}`;
}

/** Returns the address under which a file is looked at: whatever it holds, it reaches nothing of ours there. */
export function viewAddress(source: ArtifactSource, path: string, allowScripts = false): string {
  const shown = { path, ...(allowScripts ? { allow_scripts: true } : {}) };
  if (source.kind === "run") return fileAddress("view_run_artifact", { run_id: source.runId, ...shown });
  if (source.kind === "loggedModel") {
    return fileAddress("view_logged_model_artifact", { model_id: source.modelId, ...shown });
  }
  return fileAddress("view_model_version_artifact", { name: source.name, version: source.version, ...shown });
}

/** Returns the address under which a browser saves a file. */
export function downloadAddress(source: ArtifactSource, path: string): string {
  if (source.kind === "run") return fileAddress("get_run_artifact", { run_id: source.runId, path });
  if (source.kind === "loggedModel") {
    return fileAddress("get_logged_model_artifact_file", { model_id: source.modelId, artifact_file_path: path });
  }
  return fileAddress("get_model_version_artifact", { name: source.name, version: source.version, path });
}

/** Returns the address under which a browser saves a folder as an archive. */
export function archiveAddress(source: ArtifactSource, path: string): string {
  if (source.kind === "run") return fileAddress("get_run_artifact_archive", { run_id: source.runId, path });
  if (source.kind === "loggedModel") {
    return fileAddress("get_logged_model_artifact_archive", { model_id: source.modelId, path });
  }
  return fileAddress("get_model_version_artifact_archive", { name: source.name, version: source.version, path });
}

/** Returns what a folder holds, folders first, each by name as people order names with numbers. */
export async function listFolder(source: ArtifactSource, path: string, signal: AbortSignal): Promise<FileInfo[]> {
  const files: FileInfo[] = [];
  let token: string | null = null;
  do {
    const page: ListArtifactsResponse = await listPage(source, path, token, signal);
    files.push(...(page.files ?? []));
    token = page.next_page_token ?? null;
  } while (token !== null && token !== "");
  return files.toSorted(
    (one, other) =>
      Number(other.is_dir) - Number(one.is_dir) || one.path.localeCompare(other.path, undefined, { numeric: true }),
  );
}

function listPage(
  source: ArtifactSource,
  path: string,
  token: string | null,
  signal: AbortSignal,
): Promise<ListArtifactsResponse> {
  if (source.kind === "run") {
    return call("list_artifacts", { run_id: source.runId, path, page_token: token }, { signal });
  }
  if (source.kind === "loggedModel") {
    const asked = { model_id: source.modelId, artifact_directory_path: path, page_token: token };
    return call("list_logged_model_artifacts", asked, { signal });
  }
  return call("list_model_version_artifacts", { name: source.name, version: source.version, path }, { signal });
}
