import { withWorkspace, workspaceIn } from "./workspaces";

/**
 * Returns our address for one of MLflow's own web page, which are kept behind `#`; null if there is none.
 *
 * Old links in mails, notebooks and what clients print so keep leading somewhere.
 *
 * @param hash The part of the address from `#` on.
 */
export function addressOfHash(hash: string): string | null {
  if (!hash.startsWith("#/")) return null;
  const [path = "", query = ""] = hash.slice(1).split("?", 2);
  return withWorkspace(addressOfPath(path, new URLSearchParams(query)), workspaceIn(query));
}

function addressOfPath(path: string, query: URLSearchParams): string {
  const parts = path.split("/").filter((part) => part !== "");
  const [room, name, kind, detail] = parts;
  if (room === undefined) return "/";
  if (room === "experiments") return experimentAddress(name, kind, detail, parts.slice(4));
  if (room === "models") return modelAddress(name, kind, detail);
  if (room === "compare-runs") return compareAddress(query);
  if (room === "compare-experiments") return compareExperimentsAddress(query);
  return room === "settings" ? "/settings" : "/";
}

function experimentAddress(
  id: string | undefined,
  kind: string | undefined,
  detail: string | undefined,
  rest: readonly string[],
): string {
  if (id === undefined) return "/experiments";
  if (kind !== "runs" || detail === undefined) return `/experiments/${id}`;
  return `/runs/${detail}${runTab(rest)}`;
}

function runTab(rest: readonly string[]): string {
  const tab = rest[0];
  if (tab === "model-metrics") return "/metrics";
  if (tab === "system-metrics") return "/system";
  if (tab !== "artifacts" && tab !== "artifactPath") return "";
  const path = rest.slice(1).join("/");
  // Names come escaped and go into the query, which escapes them again.
  return path === "" ? "/artifacts" : `/artifacts?path=${encodeURIComponent(unescaped(path))}`;
}

function modelAddress(name: string | undefined, kind: string | undefined, version: string | undefined): string {
  if (name === undefined) return "/models";
  return kind === "versions" && version !== undefined ? `/models/${name}/versions/${version}` : `/models/${name}`;
}

function compareAddress(query: URLSearchParams): string {
  const experiments = listed(query.get("experiments"));
  const runs = listed(query.get("runs"));
  if (experiments.length === 0) return "/experiments";
  const asked = new URLSearchParams({ view: "compare" });
  if (runs.length > 0) asked.set("runs", runs.join(","));
  return `/experiments/${experiments.join(",")}?${asked}`;
}

function compareExperimentsAddress(query: URLSearchParams): string {
  const experiments = listed(query.get("experiments"));
  return experiments.length === 0 ? "/experiments" : `/experiments/${experiments.join(",")}`;
}

/** MLflow writes lists as JSON, of texts or of numbers. */
function listed(text: string | null): string[] {
  try {
    const list: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(list) ? list.map(String).filter((id) => /^[\w-]+$/.test(id)) : [];
  } catch {
    return [];
  }
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
