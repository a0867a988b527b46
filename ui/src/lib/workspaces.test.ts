import { expect, test } from "vitest";
import { firstWorkspace, withWorkspace, workspaceIn } from "./workspaces";

test.each([
  ["/runs/a", "/runs/a?workspace=team-a"],
  ["/runs?view=table&filter=a%3D1", "/runs?view=table&filter=a%3D1&workspace=team-a"],
  ["/runs/a?path=x#line", "/runs/a?path=x&workspace=team-a#line"],
  ["/runs/a?workspace=team-b", "/runs/a?workspace=team-a"],
  // What is right already stays as it is written.
  ["/runs/a?filter=a%20b&workspace=team-a", "/runs/a?filter=a%20b&workspace=team-a"],
  ["?view=charts", "?view=charts&workspace=team-a"],
])("%s leads into a workspace as %s", (address, within) => {
  expect(withWorkspace(address, "team-a")).toBe(within);
  expect(withWorkspace(address, null)).toBe(address);
});

test("an address says its workspace, or none", () => {
  expect(workspaceIn("?view=table&workspace=team-a")).toBe("team-a");
  expect(workspaceIn("?workspace=%20")).toBeNull();
  expect(workspaceIn("")).toBeNull();
});

test("an address that names no workspace is of the default one, and only the start page goes by the last choice", () => {
  expect(firstWorkspace("?workspace=team-a", false, "team-b")).toBe("team-a");
  expect(firstWorkspace("?workspace=default", true, "team-b")).toBeNull();
  expect(firstWorkspace("", false, "team-b")).toBeNull();
  expect(firstWorkspace("", true, "team-b")).toBe("team-b");
  expect(firstWorkspace("", true, null)).toBeNull();
});
