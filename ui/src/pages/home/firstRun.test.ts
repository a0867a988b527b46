import { expect, test } from "vitest";
import { firstRunSnippets } from "./firstRun";

test("every client is told this server's address", () => {
  for (const { code } of firstRunSnippets("https://host/ml")) expect(code).toContain("https://host/ml");
});
