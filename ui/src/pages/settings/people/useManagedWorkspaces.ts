import { useCallback, useMemo } from "react";
import { useAnswer, useSession } from "../../../state";

const DEFAULT = "default";

/** Where the reader may manage roles. */
export interface ManagedWorkspaces {
  readonly workspaces: readonly string[];
  readonly manages: (workspace: string) => boolean;
}

/** Returns the workspaces whose roles the reader manages: administrators all of them, others those that they lead. */
export function useManagedWorkspaces(): ManagedWorkspaces {
  const { isAdmin, details } = useSession();
  const { data } = useAnswer("list_roles", {}, { enabled: isAdmin });
  const workspaces = useMemo(() => {
    if (isAdmin) return [...new Set([DEFAULT, ...(data?.roles.map((role) => role.workspace) ?? [])])];
    const led = details?.permissions.filter((row) => row.resource_type === "workspace" && row.permission === "MANAGE");
    return [...new Set(led?.map((row) => row.workspace))];
  }, [isAdmin, details, data]);
  const manages = useCallback((workspace: string) => isAdmin || workspaces.includes(workspace), [isAdmin, workspaces]);
  return { workspaces, manages };
}
