import type { ComponentType } from "react";
import type { PlainTextKey } from "../../i18n";
import { AboutPart } from "./about/AboutPart";
import { AccountPart } from "./account/AccountPart";
import { MetricsPart } from "./metrics/MetricsPart";
import { GroupsPart } from "./people/GroupsPart";
import { RolesPart } from "./people/RolesPart";
import { UsersPart } from "./people/UsersPart";
import { RecordPart } from "./record/RecordPart";
import { StoragePart } from "./storage/StoragePart";
import { TokensPart } from "./tokens/TokensPart";

/** A part of the settings: the last piece of its address, its name, and what it shows. */
export interface SettingsPart {
  readonly name: string;
  readonly text: PlainTextKey;
  /** Whether there is something in it only where people log in. */
  readonly needsAccounts: boolean;
  /** Whether it is for administrators alone. */
  readonly isForAdministrators: boolean;
  readonly Content: ComponentType;
}

/** All parts; the first is what the settings begin with. */
export const settingsParts: readonly [SettingsPart, ...SettingsPart[]] = [
  part("metrics", "settings.metrics", MetricsPart),
  { ...part("account", "settings.account", AccountPart), needsAccounts: true },
  { ...part("tokens", "settings.tokens", TokensPart), needsAccounts: true },
  { ...part("users", "settings.users", UsersPart), needsAccounts: true, isForAdministrators: true },
  { ...part("groups", "settings.groups", GroupsPart), needsAccounts: true, isForAdministrators: true },
  { ...part("roles", "settings.roles", RolesPart), needsAccounts: true },
  { ...part("record", "settings.record", RecordPart), needsAccounts: true, isForAdministrators: true },
  part("storage", "settings.storage", StoragePart),
  part("about", "settings.about", AboutPart),
];

/**
 * Tells whether a part has its place among the tabs; the address of one that has none says why.
 *
 * @param part The part.
 * @param hasAccounts Whether people log in here. Where they do not, the list of users says how they would.
 * @param isAdmin Whether the reader administers the server.
 */
export function isOffered(part: SettingsPart, hasAccounts: boolean, isAdmin: boolean): boolean {
  if (!hasAccounts) return !part.needsAccounts || part.name === "users";
  return isAdmin || !part.isForAdministrators;
}

function part(name: string, text: PlainTextKey, Content: ComponentType): SettingsPart {
  return { name, text, needsAccounts: false, isForAdministrators: false, Content };
}
