import { expect, test, vi } from "vitest";
import { fileAddress, filledPath, prefixOf, queryOf } from "./address";
import { enterWorkspace } from "./workspace";

test("fields go into the path, the others stay", () => {
  expect(filledPath("/models/{name}/files/{path:path}", { name: "a/b", path: "x y/z", limit: 3 })).toEqual({
    path: "/models/a%2Fb/files/x%20y/z",
    rest: { limit: 3 },
  });
});

test("a query repeats lists and leaves out what is not there", () => {
  expect(queryOf({ metric: ["a&b", "c"], token: null, other: undefined, flag: false })).toBe(
    "?metric=a%26b&metric=c&flag=false",
  );
  expect(queryOf({})).toBe("");
});

test("the prefix of the server comes from the page", () => {
  expect(prefixOf("http://host:5000/")).toBe("");
  expect(prefixOf("https://host/ml/trialog/")).toBe("/ml/trialog");
});

test("a link to a file names the workspace, one to what is of the whole server does not", () => {
  vi.stubGlobal("document", { baseURI: "http://host/ml/" });
  enterWorkspace("team-a");
  try {
    expect(fileAddress("get_run_artifact", { run_id: "r", path: "a b.txt" })).toBe(
      "/ml/get-artifact?run_id=r&path=a+b.txt&workspace=team-a",
    );
    expect(fileAddress("export_audit_records", {})).toBe("/ml/api/trialog/v1/audit/export");
    enterWorkspace(null);
    expect(fileAddress("get_run_artifact", { run_id: "r", path: "a" })).toBe("/ml/get-artifact?run_id=r&path=a");
  } finally {
    enterWorkspace(null);
    vi.unstubAllGlobals();
  }
});
