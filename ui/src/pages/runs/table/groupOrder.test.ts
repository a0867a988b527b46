import { expect, test } from "vitest";
import { groupFilter, groupOrderCodec, groupOrdering } from "./groupOrder";

test("groups are ordered by what their column shows", () => {
  expect(groupOrdering({ column: "value", isDescending: false }, [])).toEqual({ order_by: "value", descending: false });
  expect(groupOrdering({ column: "mean.val loss", isDescending: true }, ["loss", "val loss"])).toEqual({
    order_by: "metric_mean",
    order_metric: "val loss",
    descending: true,
  });
  expect(groupOrdering({ column: "mean.gone", isDescending: false }, ["loss"])).toEqual({
    order_by: "count",
    descending: true,
  });
});

test("the order goes into the address and comes back", () => {
  const order = { column: "min.loss", isDescending: true };
  expect(groupOrderCodec.parse(groupOrderCodec.format(order))).toEqual(order);
  expect(groupOrderCodec.format({ column: "count", isDescending: true })).toBeNull();
});

test("a group leads to its runs, among those that were found before", () => {
  const lr = { kind: "param", key: "lr" } as const;
  expect(groupFilter(lr, "0.1", "")).toBe("params.lr = '0.1'");
  expect(groupFilter(lr, null, "metrics.a < 1")).toBe("metrics.a < 1 AND params.lr IS NULL");
  expect(groupFilter(lr, "x", "a = 'b' OR c = 'd'")).toBe("(a = 'b' OR c = 'd') AND params.lr = 'x'");
  expect(groupFilter(lr, "x".repeat(500), "")).toBeNull();
  expect(groupFilter({ kind: "attribute", key: "experiment_id" }, "1", "")).toBeNull();
});
