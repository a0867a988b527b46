import { expect, test } from "vitest";
import type { MetricSummaryMessage } from "../../api";
import { orderedMetrics } from "./metricOrder";

function metric(key: string, last: number | string, min: number | null = 0): MetricSummaryMessage {
  return { key, last, min } as MetricSummaryMessage;
}

function keys(metrics: readonly MetricSummaryMessage[]): string {
  return metrics.map(({ key }) => key).join(" ");
}

const METRICS = [metric("loss10", 3), metric("loss2", "NaN", null), metric("auc", "-Infinity"), metric("f1", 0.5)];

test("names with numbers stand in the order of the numbers", () => {
  expect(keys(orderedMetrics(METRICS, "key", false))).toBe("auc f1 loss2 loss10");
  expect(keys(orderedMetrics(METRICS, "key", true))).toBe("loss10 loss2 f1 auc");
});

test("what has no value comes last, whichever way", () => {
  expect(keys(orderedMetrics(METRICS, "last", false))).toBe("auc f1 loss10 loss2");
  expect(keys(orderedMetrics(METRICS, "last", true))).toBe("loss10 f1 auc loss2");
  expect(keys(orderedMetrics(METRICS, "min", true)).endsWith("loss2")).toBe(true);
});
