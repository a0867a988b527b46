import type { ModelOverviewMessage } from "../../api";

type Permission = ModelOverviewMessage["permission"];

/** Tells whether somebody who has this permission may change something. */
export function mayEdit(permission: Permission): boolean {
  return permission === "EDIT" || permission === "MANAGE";
}

/** Tells whether somebody who has this permission may remove something. */
export function mayManage(permission: Permission): boolean {
  return permission === "MANAGE";
}
