/** A part of the settings, by the last piece of its address. */
export type SettingsPartName =
  | "metrics"
  | "account"
  | "tokens"
  | "users"
  | "groups"
  | "roles"
  | "record"
  | "storage"
  | "about";

/** What is known of a part before it is fetched. */
export interface SettingsPartEntry {
  readonly name: SettingsPartName;
  /** Whether there is something in it only where people log in. */
  readonly needsAccounts: boolean;
  /** Whether it is for administrators alone. */
  readonly isForAdministrators: boolean;
}

/** All parts; the first is what the settings begin with. */
export const SETTINGS_PARTS: readonly [SettingsPartEntry, ...SettingsPartEntry[]] = [
  { name: "metrics", needsAccounts: false, isForAdministrators: false },
  { name: "account", needsAccounts: true, isForAdministrators: false },
  { name: "tokens", needsAccounts: true, isForAdministrators: false },
  { name: "users", needsAccounts: true, isForAdministrators: true },
  { name: "groups", needsAccounts: true, isForAdministrators: true },
  { name: "roles", needsAccounts: true, isForAdministrators: false },
  { name: "record", needsAccounts: true, isForAdministrators: true },
  { name: "storage", needsAccounts: false, isForAdministrators: false },
  { name: "about", needsAccounts: false, isForAdministrators: false },
];

/**
 * Tells whether a part is offered to a reader; the address of one that is not says why.
 *
 * @param part The part.
 * @param hasAccounts Whether people log in here. Where they do not, the list of users says how they would.
 * @param isAdmin Whether the reader administers the server.
 */
export function isOffered(part: SettingsPartEntry, hasAccounts: boolean, isAdmin: boolean): boolean {
  if (!hasAccounts) return !part.needsAccounts || part.name === "users";
  return isAdmin || !part.isForAdministrators;
}
