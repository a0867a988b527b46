import { expect, test } from "vitest";
import { addressOfHash } from "./hashAddresses";

test.each([
  ["#/", "/"],
  ["#/experiments", "/experiments"],
  ["#/experiments/1", "/experiments/1"],
  ["#/experiments/1?searchFilter=x", "/experiments/1"],
  ["#/experiments/1/runs/0f1c", "/runs/0f1c"],
  ["#/experiments/1/runs/0f1c/model-metrics", "/runs/0f1c/metrics"],
  ["#/experiments/1/runs/0f1c/artifacts/plots/a%20b.png", "/runs/0f1c/artifacts?path=plots%2Fa%20b.png"],
  ["#/experiments/1/runs/0f1c/artifactPath/model", "/runs/0f1c/artifacts?path=model"],
  ["#/models", "/models"],
  ["#/models/iris%2Fbest", "/models/iris%2Fbest"],
  ["#/models/iris/versions/3", "/models/iris/versions/3"],
  ['#/compare-runs?runs=["a","b"]&experiments=["1"]', "/experiments/1?view=compare&runs=a%2Cb"],
  ["#/compare-experiments/s?experiments=[1,2]", "/experiments/1,2"],
  ["#/compare-runs?runs=[broken", "/experiments"],
  ["#/whatever", "/"],
  ["#/experiments/1/runs/0f1c?workspace=team-a", "/runs/0f1c?workspace=team-a"],
  ['#/compare-runs?runs=["a"]&experiments=["1"]&workspace=b', "/experiments/1?view=compare&runs=a&workspace=b"],
])("%s leads to %s", (hash, address) => {
  expect(addressOfHash(hash)).toBe(address);
});

test("an address within a page is none of MLflow's", () => {
  expect(addressOfHash("#notes")).toBeNull();
  expect(addressOfHash("")).toBeNull();
});
