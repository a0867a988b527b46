import { expect, test } from "vitest";
import { requestsOf } from "./removal";

test("no more is named at once than the server takes, and everything only where it is meant", () => {
  const ids = Array.from({ length: 250 }, (_, place) => String(place));
  const requests = requestsOf({ run_ids: ids, experiment_ids: ["e"], everything: false });
  expect(requests.map((request) => [request.experiment_ids?.length ?? 0, request.run_ids?.length ?? 0])).toEqual([
    [1, 0],
    [0, 100],
    [0, 100],
    [0, 50],
  ]);
  expect(requestsOf({ run_ids: [], experiment_ids: [], everything: false })).toEqual([]);
  expect(requestsOf({ run_ids: ["a"], experiment_ids: [], everything: true })).toEqual([{ everything: true }]);
});
