import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { english } from "./english";
import errors from "./parts/errors.en";
import untold from "./parts/errors.untold.json";

const REFERENCE = new URL("../../../docs/reference/errors.md", import.meta.url);
// Codes that the page itself gives to faults.
const OWN = ["http", "malformed_answer", "network"];
const ROW = /^\| `(?<code>[\w.]+)` \| `\w+` \| (?<status>\d*) \|/gm;

const documented = [...readFileSync(REFERENCE, "utf-8").matchAll(ROW)].map(({ groups }) => groups ?? {});
const answered = new Set(documented.filter(({ status }) => status !== "").map(({ code }) => code));
const told = new Set(
  Object.keys({ ...english, ...errors })
    .filter((key) => key.startsWith("errors."))
    .map((key) => key.slice("errors.".length)),
);

test("every fault that the server answers has a text, or a reason why no reader of the page meets it", () => {
  expect(answered.size).toBeGreaterThan(200);
  const forgotten = [...answered].filter(
    (code) => code !== undefined && !told.has(code) && !Object.hasOwn(untold, code),
  );
  expect(forgotten).toEqual([]);
});

test("no text and no reason is kept for a fault that is not there any more", () => {
  const known = new Set(documented.map(({ code }) => code));
  expect([...told].filter((code) => !known.has(code) && !OWN.includes(code))).toEqual([]);
  expect(Object.keys(untold).filter((code) => !answered.has(code) || told.has(code))).toEqual([]);
});
