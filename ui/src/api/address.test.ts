import { expect, test } from "vitest";
import { filledPath, prefixOf, queryOf } from "./address";

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
