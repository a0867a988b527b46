import { expect, test } from "vitest";
import { metricsOf } from "./keyMetricTag";

test("the metrics of all versions are offered once each, by name", () => {
  expect(metricsOf([{ metrics: { rmse: 1, auc: 0.5 } }, { metrics: { auc: "NaN" } }, { metrics: {} }])).toEqual([
    "auc",
    "rmse",
  ]);
});
