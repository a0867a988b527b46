import { expect, test } from "vitest";
import { registerSnippets } from "./registerSnippets";

test("odd names stay what they are in code", () => {
  const all = registerSnippets("http://host:5000", `it's "quoted"`);
  expect(all.map(({ name }) => name)).toEqual(["log_model", "register_model", "curl"]);
  expect(all[0]?.code).toContain(String.raw`registered_model_name="it's \"quoted\""`);
  expect(all[2]?.code).toContain(String.raw`-d '{"name":"it'\''s \"quoted\""`);
  expect(all.every(({ code }) => code.includes("http://host:5000"))).toBe(true);
});
