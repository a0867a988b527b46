import { expect, test } from "vitest";
import { modelAddress, runAddress, runsAddress, versionAddress } from "./addresses";

test("names of any kind are one part of an address", () => {
  expect(modelAddress("team/iris 100%")).toBe("/models/team%2Firis%20100%25");
  expect(versionAddress("iris", 3)).toBe("/models/iris/versions/3");
});

test("state goes into the query, what is empty does not", () => {
  expect(runsAddress(["1", "2"], { view: "compare", filter: "a = 'b'", runs: "" })).toBe(
    "/experiments/1,2?view=compare&filter=a+%3D+%27b%27",
  );
  expect(runAddress("0f1c", "artifacts", { path: "model/MLmodel" })).toBe("/runs/0f1c/artifacts?path=model%2FMLmodel");
  expect(runAddress("0f1c")).toBe("/runs/0f1c");
});
