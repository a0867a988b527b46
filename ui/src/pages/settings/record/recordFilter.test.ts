import { expect, test } from "vitest";
import { requestFor } from "./recordFilter";

test("what is empty is not asked for", () => {
  expect(requestFor({ actor: " ", operation: "", since: "", until: "x" })).toEqual({});
});

test("the last day belongs to what is looked for", () => {
  const request = requestFor({ actor: " ada ", operation: "delete_run", since: "2026-01-31", until: "2026-01-31" });
  expect(request).toEqual({
    actor: "ada",
    operation: "delete_run",
    since: new Date("2026-01-31T00:00:00").getTime(),
    until: new Date("2026-02-01T00:00:00").getTime(),
  });
});
