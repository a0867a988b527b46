import type { ComponentType } from "react";
import type { SettingsPartName } from "../../lib/settingsParts";
import { AboutPart } from "./about/AboutPart";
import { AccountPart } from "./account/AccountPart";
import { MetricsPart } from "./metrics/MetricsPart";
import { GroupsPart } from "./people/GroupsPart";
import { RolesPart } from "./people/RolesPart";
import { UsersPart } from "./people/UsersPart";
import { RecordPart } from "./record/RecordPart";
import { StoragePart } from "./storage/StoragePart";
import { TokensPart } from "./tokens/TokensPart";

/** What each part of the settings shows. */
export const settingsContents: Readonly<Record<SettingsPartName, ComponentType>> = {
  metrics: MetricsPart,
  account: AccountPart,
  tokens: TokensPart,
  users: UsersPart,
  groups: GroupsPart,
  roles: RolesPart,
  record: RecordPart,
  storage: StoragePart,
  about: AboutPart,
};
