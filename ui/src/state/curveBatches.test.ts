import { expect, test } from "vitest";
import type { Curve, Curves, RequestOf } from "../api";
import { createCurveBatches } from "./curveBatches";

type CurvesRequest = RequestOf<"get_curves">;

function curve(runId: string, key: string): Curve {
  const none = new Float64Array();
  return { runId, key, total: 0, isThinned: false, steps: none, timestamps: none, values: none };
}

function answering(asked: CurvesRequest[]): (request: CurvesRequest) => Promise<Curves> {
  return async (request) => {
    asked.push(request);
    const curves = request.run_ids.flatMap((runId) => request.keys.map((key) => curve(runId, key)));
    return { curves, unknownRunIds: [], damaged: [] };
  };
}

const signal = new AbortController().signal;

test("charts that ask for the same runs at once make one request, and each gets its own curves", async () => {
  const asked: CurvesRequest[] = [];
  const ask = createCurveBatches(answering(asked));
  const [one, other] = await Promise.all([
    ask({ run_ids: ["r"], keys: ["a"] }, signal),
    ask({ run_ids: ["r"], keys: ["b", "a"] }, signal),
  ]);
  expect(asked.map(({ keys }) => keys)).toEqual([["a", "b"]]);
  expect(one.curves.map(({ key }) => key)).toEqual(["a"]);
  expect(other.curves.map(({ key }) => key)).toEqual(["a", "b"]);
});

test("other runs, other ranges and more than the server takes make requests of their own", async () => {
  const asked: CurvesRequest[] = [];
  const ask = createCurveBatches(answering(asked));
  await Promise.all([
    ask({ run_ids: ["r"], keys: ["a"], max_points: 600_000 }, signal),
    ask({ run_ids: ["r"], keys: ["b"], max_points: 600_000 }, signal),
    ask({ run_ids: ["r"], keys: ["b"], start: 5 }, signal),
    ask({ run_ids: ["s"], keys: ["a"] }, signal),
  ]);
  expect(asked.length).toBe(4);
});

test("a failure is told to all that waited, and nothing is asked for those who gave up", async () => {
  const ask = createCurveBatches(() => Promise.reject(new Error("gone")));
  await expect(ask({ run_ids: ["r"], keys: ["a"] }, signal)).rejects.toThrow("gone");
  const asked: CurvesRequest[] = [];
  const other = createCurveBatches(answering(asked));
  const controller = new AbortController();
  const given = other({ run_ids: ["r"], keys: ["a"] }, controller.signal);
  controller.abort(new Error("given up"));
  await expect(given).rejects.toThrow("given up");
  await other({ run_ids: ["r"], keys: ["b"] }, signal);
  expect(asked.map(({ keys }) => keys)).toEqual([["b"]]);
});
