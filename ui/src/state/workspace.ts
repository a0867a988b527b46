import { enterWorkspace, prefixOf, type WorkspaceMessage, workspaceEntered } from "../api";
import { DEFAULT_WORKSPACE, firstWorkspace, withWorkspace } from "../lib/workspaces";
import { keep, readKept } from "./kept";
import { useAnswer } from "./server";

const NAME = "workspace";
const NONE: readonly WorkspaceMessage[] = [];

/** Where the page works, and where else it could. */
export interface Workspaces {
  /** Name of the workspace that is open. */
  readonly name: string;
  /** Those that the reader may enter; none where the server has none. */
  readonly all: readonly WorkspaceMessage[];
  /** Whether the one that is open is among them; null until that is known. */
  readonly isThere: boolean | null;
}

/**
 * Enters the workspace that the address names, or the one chosen last; called once, before anything is asked.
 *
 * @param prefix Prefix of the server.
 */
export function startWorkspace(prefix: string): void {
  const isStart = location.pathname === `${prefix}/`;
  const name = firstWorkspace(location.search, isStart, readKept(NAME));
  enterWorkspace(name);
  const here = location.pathname + location.search + location.hash;
  const there = withWorkspace(here, name);
  if (there !== here) history.replaceState(history.state, "", there);
}

/** Returns the workspaces; the server is asked where it has some, or where the address says so. */
export function useWorkspaces(): Workspaces {
  const name = workspaceEntered();
  const { data: info } = useAnswer("server_info", {});
  const isAsked = name !== null || info?.workspaces_enabled === true;
  const { data, error } = useAnswer("list_workspaces", {}, { enabled: isAsked });
  const all = data?.workspaces ?? NONE;
  if (name === null) return { name: DEFAULT_WORKSPACE, all, isThere: true };
  // Who cannot be told which there are is shown the page, which tells what failed.
  const isAnswered = data !== undefined || info?.workspaces_enabled === false;
  const isThere = isAnswered ? all.some((one) => one.name === name) : error === null ? null : true;
  return { name, all, isThere };
}

/** Opens the start page of another workspace, which this browser keeps to from now on. */
export function switchWorkspace(name: string): void {
  keep(NAME, name === DEFAULT_WORKSPACE ? null : name);
  location.assign(withWorkspace(`${prefixOf(document.baseURI)}/`, name === DEFAULT_WORKSPACE ? null : name));
}
