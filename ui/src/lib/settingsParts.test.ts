import { expect, test } from "vitest";
import { isOffered, SETTINGS_PARTS } from "./settingsParts";

function offered(hasAccounts: boolean, isAdmin: boolean): string[] {
  return SETTINGS_PARTS.filter((part) => isOffered(part, hasAccounts, isAdmin)).map(({ name }) => name);
}

test("who logs in nowhere is offered no accounts, but told how there would be some", () => {
  expect(offered(false, true)).toEqual(["metrics", "users", "storage", "about"]);
});

test("administrators are offered everything, others what is theirs", () => {
  expect(offered(true, true)).toHaveLength(SETTINGS_PARTS.length);
  expect(offered(true, false)).toEqual(["metrics", "account", "tokens", "roles", "storage", "about"]);
});
