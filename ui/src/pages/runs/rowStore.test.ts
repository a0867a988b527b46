import { expect, test } from "vitest";
import type { RunColumnsResponse } from "../../api";
import { createRowStore } from "./rowStore";
import { type ColumnChoice, choiceOf } from "./runRow";

function answerFor(ids: readonly string[], unknown: readonly string[] = []): RunColumnsResponse {
  return {
    count: ids.length,
    attributes: { run_id: ids },
    metrics: {},
    params: {},
    tags: {},
    unknown_run_ids: unknown,
  };
}

const CHOICE = choiceOf([], "last", false);
const OTHER: ColumnChoice = { ...CHOICE, metrics: ["loss"] };

test("a run is asked for once for a choice of columns, and again for another", async () => {
  const asked: string[][] = [];
  const store = createRowStore(async (ids) => {
    asked.push([...ids]);
    return answerFor(ids);
  });
  store.want(["a", "b"], CHOICE);
  store.want(["a", "b"], CHOICE);
  await new Promise((done) => setTimeout(done));
  store.want(["a", "b", "c"], CHOICE);
  await new Promise((done) => setTimeout(done));
  store.want(["a"], OTHER);
  await new Promise((done) => setTimeout(done));
  expect(asked).toEqual([["a", "b"], ["c"], ["a"]]);
  expect([...store.get().rows.keys()].sort()).toEqual(["a", "b", "c"]);
});

test("what failed is told, what was there stays, and it is tried again when asked", async () => {
  let isUp = true;
  const store = createRowStore(async (ids) => {
    if (!isUp) throw new Error("gone");
    return answerFor(ids);
  });
  store.want(["a"], CHOICE);
  await new Promise((done) => setTimeout(done));
  isUp = false;
  store.want(["b"], CHOICE);
  await new Promise((done) => setTimeout(done));
  expect(store.get().error?.message).toBe("gone");
  expect(store.get().rows.has("a")).toBe(true);
  isUp = true;
  store.again();
  await new Promise((done) => setTimeout(done));
  expect(store.get().error).toBeNull();
  expect(store.get().rows.has("b")).toBe(true);
});

test("a run that is not there any more is not asked for again", async () => {
  const asked: string[][] = [];
  const store = createRowStore(async (ids) => {
    asked.push([...ids]);
    return answerFor([], ids);
  });
  store.want(["a"], CHOICE);
  await new Promise((done) => setTimeout(done));
  store.want(["a"], CHOICE);
  await new Promise((done) => setTimeout(done));
  expect(asked).toHaveLength(1);
  expect(store.get().rows.get("a")?.isGone).toBe(true);
});

test("rows that came with the order of the runs are there without a word and are not asked for", async () => {
  const asked: string[][] = [];
  const store = createRowStore(async (ids) => {
    asked.push([...ids]);
    return answerFor(ids);
  });
  let told = 0;
  store.subscribe(() => {
    told += 1;
  });
  store.take(answerFor(["a", "b"]), CHOICE);
  expect(told).toBe(0);
  expect([...store.get().rows.keys()]).toEqual(["a", "b"]);
  store.want(["a", "b", "c"], CHOICE);
  await new Promise((done) => setTimeout(done));
  expect(asked).toEqual([["c"]]);
  expect(told).toBe(1);
});
