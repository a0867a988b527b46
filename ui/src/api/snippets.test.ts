import { afterEach, expect, test } from "vitest";
import { curlLines, exportLines, trackingLines } from "./snippets";
import { enterWorkspace } from "./workspace";

afterEach(() => enterWorkspace(null));

test("a program is told the server, and the workspace where one is open", () => {
  expect(trackingLines("http://host")).toEqual(['mlflow.set_tracking_uri("http://host")']);
  expect(exportLines("http://host")).toEqual(["export MLFLOW_TRACKING_URI=http://host"]);
  expect(curlLines()).toEqual([]);
  enterWorkspace("team-a");
  expect(trackingLines("http://host")[1]).toBe('mlflow.set_workspace("team-a")');
  expect(exportLines("http://host")[1]).toBe("export MLFLOW_WORKSPACE=team-a");
  expect(curlLines()).toEqual(["     -H 'X-MLFLOW-WORKSPACE: team-a' \\"]);
});

test("a workspace that an address made up runs nothing in a shell", () => {
  enterWorkspace("x; y 'z");
  expect(exportLines("http://host")[1]).toBe("export MLFLOW_WORKSPACE='x; y '\\''z'");
  expect(curlLines()).toEqual(["     -H 'X-MLFLOW-WORKSPACE: x; y '\\''z' \\"]);
  expect(trackingLines("http://host")[1]).toBe(`mlflow.set_workspace("x; y 'z")`);
});
