import type { Files } from "./schema";

/** Header in which requests name their workspace. */
export const WORKSPACE_HEADER = "X-MLFLOW-WORKSPACE";

// Requests that ask nothing have any name as key.
type Takes<Asked> = string extends keyof Asked ? false : "workspace" extends keyof Asked ? true : false;
type OfWorkspace = { [Name in keyof Files]: Takes<Files[Name]["request"]> extends true ? Name : never }[keyof Files];

// The addresses of bytes that take no workspace: they are of the whole server, or say it in their path.
const WITHOUT: Readonly<Record<Exclude<keyof Files, OfWorkspace>, true>> = {
  download_artifact: true,
  export_audit_records: true,
};

let entered: string | null = null;

/**
 * Makes all requests from now on in a workspace.
 *
 * A page stays in one workspace as long as it is open: another one is another page, with nothing kept from this one.
 *
 * @param name The workspace; null for the default one.
 */
export function enterWorkspace(name: string | null): void {
  entered = name;
}

/** Returns the workspace that requests are made in; null for the default one. */
export function workspaceEntered(): string | null {
  return entered;
}

/** Returns what the address of bytes says of the workspace: a link sends no header. */
export function workspaceField(name: keyof Files): { readonly workspace?: string } {
  return entered === null || Object.hasOwn(WITHOUT, name) ? {} : { workspace: entered };
}
