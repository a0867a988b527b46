import { expect, test } from "vitest";
import { artifactNodes } from "./artifactTree";
import type { Folder } from "./folders";
import type { ArtifactSource } from "./source";

const RUN: ArtifactSource = { kind: "run", runId: "r" };
const MODEL: ArtifactSource = { kind: "loggedModel", modelId: "m-1" };

function folder(...paths: readonly string[]): Folder {
  const files = paths.map((path) => ({ path: path.replace(/\/$/, ""), is_dir: path.endsWith("/") }));
  return { files, error: null, again: () => undefined };
}

function parts(folders: readonly (readonly [string, Folder])[], opened: readonly string[]) {
  return {
    folders: new Map(folders),
    opened: new Set(opened),
    sizeOf: () => null,
    restText: (count: number) => `and ${count} more`,
  };
}

test("files of the run stand by themselves, and those of a model below its name", () => {
  const nodes = artifactNodes(
    [
      { source: RUN, name: null },
      { source: MODEL, name: "forest" },
    ],
    parts(
      [
        ["run:", folder("plots/", "plots.txt")],
        ["run:plots", folder("plots/a.png")],
      ],
      ["run:plots"],
    ),
  );
  expect(nodes.map(({ id, text, isBranch }) => [id, text, isBranch])).toEqual([
    ["run:plots", "plots", true],
    ["run:plots.txt", "plots.txt", false],
    ["m-1:", "forest", true],
  ]);
  expect(nodes[0]?.children?.map(({ text }) => text)).toEqual(["a.png"]);
  // Not fetched yet.
  expect(nodes[2]?.children).toBeUndefined();
});

test("of very many files the tree shows the first, and says how many more there are", () => {
  const many = folder(...Array.from({ length: 700 }, (_, place) => `file${place}`));
  const nodes = artifactNodes([{ source: RUN, name: null }], parts([["run:", many]], []));
  expect(nodes.length).toBe(501);
  expect(nodes.at(-1)).toMatchObject({ id: "run:/*", text: "and 200 more" });
});
