import { expect, test } from "vitest";
import type { ResponseOf, RunMessage } from "../../../api";
import { comparedRun, keysIn, steppedKeysIn, valueIn, withKnown } from "./comparedRun";
import { fetchCompared, MOST_COMPARED } from "./fetchCompared";

function message(id: string, metricCount = 1): RunMessage {
  return {
    info: {
      run_id: id,
      run_uuid: id,
      experiment_id: "1",
      run_name: `name of ${id}`,
      user_id: "ann",
      status: "FINISHED",
      artifact_uri: "",
      lifecycle_stage: "active",
      start_time: 1000,
      end_time: 4000,
    },
    data: {
      params: [{ key: "lr", value: "0.1" }],
      metrics: Array.from({ length: metricCount }, (_, place) => ({ key: `m${place}`, value: place, timestamp: 0 })),
    },
    inputs: {},
  };
}

function server(known: readonly string[], metricCount = 1) {
  const sizes: number[] = [];
  const search = async ({ filter }: { filter?: string | null }): Promise<ResponseOf<"search_runs">> => {
    const ids = [...(filter ?? "").matchAll(/'([^']+)'/g)].map((match) => match[1] ?? "");
    sizes.push(ids.length);
    return {
      runs: ids
        .filter((id) => known.includes(id))
        .reverse()
        .map((id) => message(id, metricCount)),
    };
  };
  return { search, sizes };
}

test("runs come in the order in which they were picked, and those that are gone are counted", async () => {
  const { runs, gone, left } = await fetchCompared(["b", "x", "a", "b"], ["1"], server(["a", "b"]).search);
  expect(runs.map(({ id }) => id)).toEqual(["b", "a"]);
  expect([gone, left]).toEqual([1, 0]);
});

test("many runs are fetched a few at first and then by hundreds, up to a limit that is told", async () => {
  const ids = Array.from({ length: MOST_COMPARED + 7 }, (_, place) => `r${place}`);
  const { search, sizes } = server(ids);
  const answer = await fetchCompared(ids, ["1"], search);
  expect([answer.runs.length, answer.left]).toEqual([MOST_COMPARED, 7]);
  expect(sizes).toEqual([20, 200, 200, 200, 200, 180]);
});

test("runs with thousands of metrics are fetched in smaller pieces, and not without end", async () => {
  const ids = Array.from({ length: 300 }, (_, place) => `r${place}`);
  const { search, sizes } = server(ids, 5_000);
  const answer = await fetchCompared(ids, ["1"], search);
  expect(Math.max(...sizes)).toBe(20);
  expect(answer.runs.length + answer.left).toBe(300);
  expect(answer.left).toBeGreaterThan(0);
});

test("values are found by what they are, NaN among them", () => {
  const run = comparedRun({
    ...message("a"),
    data: { metrics: [{ key: "loss", value: "NaN" as never, timestamp: 0 }] },
  });
  expect(valueIn(run, { kind: "metric", key: "loss" })).toBeNaN();
  expect(valueIn(run, { kind: "param", key: "lr" })).toBeNull();
  expect(valueIn(run, { kind: "attribute", key: "duration" })).toBe(3000);
  expect(keysIn([comparedRun(message("a", 11))], "metrics").slice(-2)).toEqual(["m9", "m10"]);
});

test("a run that has not changed stays the same thing, so that nothing is drawn anew", () => {
  const nan = { ...message("a"), data: { metrics: [{ key: "loss", value: "NaN" as never, timestamp: 0 }] } };
  const before = [comparedRun(nan), comparedRun(message("b"))];
  expect(withKnown(before, [comparedRun(nan), comparedRun(message("b"))])).toBe(before);
  const now = withKnown(before, [comparedRun(nan), comparedRun(message("b", 2))]);
  expect(now).not.toBe(before);
  expect([now[0] === before[0], now[1]?.metrics.size]).toEqual([true, 2]);
});

test("metrics that were logged at later steps are told apart from those that were logged once", () => {
  const points = [
    { key: "loss", value: 0.1, timestamp: 0, step: 9 },
    { key: "rmse", value: 2, timestamp: 0, step: 0 },
  ];
  const runs = [comparedRun({ ...message("a"), data: { metrics: points } }), comparedRun(message("b"))];
  expect([...steppedKeysIn(runs)]).toEqual(["loss"]);
});
