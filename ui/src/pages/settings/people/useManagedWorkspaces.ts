import { useCallback, useMemo } from "react";
import { DEFAULT_WORKSPACE } from "../../../lib/workspaces";
import { useSession, useWorkspaces } from "../../../state";

/** Where the reader may manage roles. */
export interface ManagedWorkspaces {
  readonly workspaces: readonly string[];
  readonly manages: (workspace: string) => boolean;
}

/** Returns the workspaces whose roles the reader manages: administrators all of them, others those that they lead. */
export function useManagedWorkspaces(): ManagedWorkspaces {
  const { isAdmin, details } = useSession();
  const { all } = useWorkspaces();
  const workspaces = useMemo(() => {
    if (isAdmin) return [...new Set([DEFAULT_WORKSPACE, ...all.map(({ name }) => name)])];
    const led = details?.permissions.filter((row) => row.resource_type === "workspace" && row.permission === "MANAGE");
    return [...new Set(led?.map((row) => row.workspace))];
  }, [isAdmin, details, all]);
  const manages = useCallback((workspace: string) => isAdmin || workspaces.includes(workspace), [isAdmin, workspaces]);
  return { workspaces, manages };
}
