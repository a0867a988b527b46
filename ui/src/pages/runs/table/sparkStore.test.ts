import { expect, test } from "vitest";
import type { Curves } from "../../../api";
import { createSparkStore, sparkKey } from "./sparkStore";

function answerFor(ids: readonly string[], metrics: readonly string[]): Curves {
  const nothing = new Float64Array();
  return {
    curves: ids.flatMap((runId) =>
      metrics.map((key) => ({
        runId,
        key,
        total: 2,
        isThinned: false,
        steps: nothing,
        timestamps: nothing,
        values: Float64Array.of(1, 2),
      })),
    ),
    unknownRunIds: [],
    damaged: [],
  };
}

const pause = () => new Promise((done) => setTimeout(done));

test("a curve is asked for once, until it changed", async () => {
  const asked: string[][] = [];
  const store = createSparkStore(async (ids, metrics) => {
    asked.push([...ids]);
    return answerFor(ids, metrics);
  });
  store.want(["a", "b"], ["loss"]);
  store.want(["a"], ["loss"]);
  await pause();
  store.want(["a", "c"], ["loss"]);
  await pause();
  store.refresh(["a"], ["loss"]);
  await pause();
  expect(asked).toEqual([["a", "b"], ["c"], ["a"]]);
  expect([...(store.get().get(sparkKey("a", "loss")) as Float64Array)]).toEqual([1, 2]);
});

test("no more is asked for at once than the server takes", async () => {
  const asked: number[] = [];
  const store = createSparkStore(async (ids, metrics) => {
    asked.push(ids.length);
    return answerFor(ids, metrics);
  });
  store.want(
    Array.from({ length: 250 }, (_, place) => String(place)),
    ["loss"],
  );
  await pause();
  expect(asked).toEqual([100, 100, 50]);
});

test("what fails is asked for again with the next look", async () => {
  let isUp = false;
  const store = createSparkStore(async (ids, metrics) => {
    if (!isUp) throw new Error("gone");
    return answerFor(ids, metrics);
  });
  store.want(["a"], ["loss"]);
  await pause();
  isUp = true;
  store.want(["a"], ["loss"]);
  await pause();
  expect(store.get().has(sparkKey("a", "loss"))).toBe(true);
});
