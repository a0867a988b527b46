import type { GrantUserPermission } from "../../../api";
import type { Translate } from "../../../i18n";

/** How much somebody may do. */
export type Level = GrantUserPermission["permission"];

/** With what. */
export type ResourceType = GrantUserPermission["resource_type"];

/** What stands for all things of a type. */
export const ALL = "*";

/** What can be permitted with experiments and models, the least first. */
export const THING_LEVELS: readonly Level[] = ["READ", "EDIT", "MANAGE", "DENY"];
/** What can be permitted with a workspace. */
export const WORKSPACE_LEVELS: readonly Level[] = ["USE", "MANAGE"];

/** Returns a level with what it lets one do. */
export function levelText(level: Level, t: Translate): string {
  return t(`access.level.${level}`);
}

/** Returns what a permission is about, in words. */
export function resourceText(type: ResourceType, pattern: string, t: Translate): string {
  if (type === "workspace") return t("access.resource.workspace");
  if (pattern === ALL) return t(type === "experiment" ? "access.resource.allExperiments" : "access.resource.allModels");
  return t(type === "experiment" ? "access.resource.experiment" : "access.resource.model", { name: pattern });
}
