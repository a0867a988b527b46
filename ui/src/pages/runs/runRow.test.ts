import { expect, test } from "vitest";
import type { RunColumnsResponse } from "../../api";
import { choiceOf, loggedValue, rowsOf } from "./runRow";

function answer(values: Partial<RunColumnsResponse>): RunColumnsResponse {
  return { count: 1, attributes: { run_id: ["a"] }, metrics: {}, params: {}, tags: {}, ...values };
}

test("columns become rows, and what a run does not have stays apart from what was not asked for", () => {
  const [row] = rowsOf(answer({ metrics: { loss: ["NaN"] }, params: { lr: [null] } }), "x");
  expect(row && loggedValue(row, { kind: "metric", key: "loss" })).toBe("NaN");
  expect(row && loggedValue(row, { kind: "param", key: "lr" })).toBeNull();
  expect(row && loggedValue(row, { kind: "param", key: "depth" })).toBeUndefined();
  expect(row && loggedValue(row, { kind: "param", key: "constructor" })).toBeUndefined();
});

test("a run that is fetched anew with other columns keeps what was there", () => {
  const before = new Map(rowsOf(answer({ metrics: { loss: [1] } }), "x").map((row) => [row.id, row]));
  const [row] = rowsOf(answer({ metrics: { auc: [2] } }), "y", before);
  expect(row?.metrics).toEqual({ loss: 1, auc: 2 });
});

test("no more columns are asked for than the server takes", () => {
  const columns = Array.from({ length: 400 }, (_, place) => ({ kind: "metric", key: `m${place}` }) as const);
  const choice = choiceOf(columns, "last", true);
  const count = choice.attributes.length + choice.metrics.length + choice.params.length + choice.tags.length;
  expect(count).toBe(300);
});
