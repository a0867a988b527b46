import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { LIBRARIES } from "./libraries";

async function read(path: string): Promise<unknown> {
  return JSON.parse(await readFile(new URL(`../../../../${path}`, import.meta.url), "utf-8"));
}

test("every library is listed with the licence that it says itself", async () => {
  const ours = (await read("package.json")) as { readonly dependencies: Readonly<Record<string, string>> };
  const said = await Promise.all(
    Object.keys(ours.dependencies).map(async (name) => {
      const { license } = (await read(`node_modules/${name}/package.json`)) as { readonly license: string };
      return { name, licence: license.replace(/^\((.*)\)$/, "$1") };
    }),
  );
  expect(LIBRARIES).toEqual(said);
});
