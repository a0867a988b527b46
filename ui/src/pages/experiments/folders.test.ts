import { expect, test } from "vitest";
import type { ExperimentOverviewMessage } from "../../api";
import { entriesIn, flatEntries, sortedEntries } from "./folders";

function experiment(name: string, runs = 0, last: number | null = null): ExperimentOverviewMessage {
  return {
    experiment_id: name,
    name,
    lifecycle_stage: "active",
    creation_time: 1,
    last_update_time: 1,
    artifact_location: "",
    note: null,
    tags: {},
    run_count: runs,
    runs_by_status: { RUNNING: runs },
    deleted_run_count: 0,
    counts_are_exact: runs < 10,
    last_run_time: last,
    permission: "MANAGE",
  };
}

const ALL = [
  experiment("iris", 1, 5),
  experiment("risk/var", 2, 7),
  experiment("risk/models/garch", 30, 9),
  experiment("/odd"),
  experiment("odd/"),
];

test("slashes make folders, which tell what is in them", () => {
  const entries = entriesIn(ALL, "");
  expect(entries.map(({ name, folder }) => [name, folder])).toEqual([
    ["risk", "risk"],
    ["iris", null],
    ["/odd", null],
    ["odd/", null],
  ]);
  expect(entries[0]).toMatchObject({
    runs: 32,
    running: { count: 32, isExact: false },
    areRunsExact: false,
    lastActivity: 9,
  });
  expect(entries[0]?.experiments).toHaveLength(2);
});

test("a folder shows what is in it alone", () => {
  expect(entriesIn(ALL, "risk").map(({ name }) => name)).toEqual(["models", "var"]);
  expect(entriesIn(ALL, "risk/models").map(({ name }) => name)).toEqual(["garch"]);
  expect(entriesIn(ALL, "ris")).toEqual([]);
});

test("folders come first, whatever the order", () => {
  const entries = entriesIn(ALL, "");
  const names = (column: string, isDescending: boolean) =>
    sortedEntries(entries, { column, isDescending }, "en").map(({ name }) => name);
  expect(names("name", true)[0]).toBe("risk");
  expect(names("activity", true).slice(0, 2)).toEqual(["risk", "iris"]);
});

test("what was searched for stands under its whole name", () => {
  expect(flatEntries(ALL)[2]?.name).toBe("risk/models/garch");
});

test("where counting ended, there may be more of that status alone", () => {
  const many = { ...experiment("many", 30), runs_by_status: { FAILED: 10, RUNNING: 3 } };
  expect(flatEntries([many])[0]).toMatchObject({
    failed: { count: 10, isExact: false },
    running: { count: 3, isExact: true },
  });
});
