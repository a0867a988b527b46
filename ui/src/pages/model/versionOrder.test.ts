import { expect, test } from "vitest";
import type { ModelVersionRowMessage } from "../../api";
import { METRIC, orderCodec, orderedVersions } from "./versionOrder";

function row(version: number, metrics: Record<string, number | string>): ModelVersionRowMessage {
  return {
    summary: {
      version,
      label: null,
      stage: "None",
      status: "READY",
      aliases: [],
      creation_timestamp: version,
      since: null,
      by: null,
      run_id: null,
      run_name: null,
      experiment_id: null,
      key_metric: null,
    },
    description: null,
    last_updated_timestamp: 0,
    user_id: null,
    source: "",
    storage_location: "",
    model_id: null,
    status_message: null,
    tags: {},
    flavors: [],
    size_bytes: null,
    signature_id: null,
    metrics,
    params: {},
  };
}

test("versions without a value or with NaN come last either way", () => {
  const rows = [row(4, {}), row(3, { auc: 0.5 }), row(2, { auc: "NaN" }), row(1, { auc: 0.7 })];
  const numbers = (isDescending: boolean) =>
    orderedVersions(rows, { column: `${METRIC}auc`, isDescending }).map(({ summary }) => summary.version);
  expect(numbers(true)).toEqual([1, 3, 4, 2]);
  expect(numbers(false)).toEqual([3, 1, 4, 2]);
});

test("an order goes through the address and back, whatever the metric is called", () => {
  for (const column of ["version", "metric.-odd", "metric.a,b"]) {
    for (const isDescending of [true, false]) {
      const order = { column, isDescending };
      expect(orderCodec.parse(orderCodec.format(order))).toEqual(order);
    }
  }
  expect(orderCodec.parse(null)).toBeNull();
  expect(orderCodec.parse("-")).toBeNull();
});
