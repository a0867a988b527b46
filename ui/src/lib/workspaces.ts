/** The workspace of a request that names none. */
export const DEFAULT_WORKSPACE = "default";

/** Name under which an address says its workspace, as it does in addresses that MLflow prints. */
export const WORKSPACE_FIELD = "workspace";

/** Returns the workspace that an address names in its query; null if it names none. */
export function workspaceIn(search: string): string | null {
  return new URLSearchParams(search).get(WORKSPACE_FIELD)?.trim() || null;
}

/**
 * Returns an address that leads into a workspace.
 *
 * @param address Path, with or without query and `#`.
 * @param workspace The workspace; null for the default one, which addresses need not name.
 */
export function withWorkspace(address: string, workspace: string | null): string {
  if (workspace === null) return address;
  const [, path = "", search = "", hash = ""] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(address) ?? [];
  if (workspaceIn(search) === workspace) return address;
  const query = new URLSearchParams(search);
  query.set(WORKSPACE_FIELD, workspace);
  return `${path}?${query}${hash}`;
}

/**
 * Returns the workspace to begin in; null for the default one.
 *
 * An address without a workspace is one of the default workspace, so that it leads everybody to the same place. The
 * start page alone, which is no place but a beginning, opens the workspace that was chosen last.
 *
 * @param search Query of the address that was opened.
 * @param isStart Whether it is the start page.
 * @param kept The workspace that was chosen last in this browser.
 */
export function firstWorkspace(search: string, isStart: boolean, kept: string | null): string | null {
  const named = workspaceIn(search) ?? (isStart ? kept : null);
  return named === DEFAULT_WORKSPACE ? null : named;
}
