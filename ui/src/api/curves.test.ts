import { expect, test } from "vitest";
import { decodeCurves } from "./curves";

const POINTS = 3;

function encoded(): ArrayBuffer {
  const header = {
    axis: "step",
    points: POINTS,
    columns: {
      steps: { type: "int64", offset: 0 },
      timestamps: { type: "int64", offset: 8 * POINTS },
      values: { type: "float64", offset: 16 * POINTS },
    },
    curves: [
      { run_id: "a", key: "loss", total: 2, is_thinned: false, start: 0, count: 2 },
      { run_id: "a", key: "точность", total: 52310, is_thinned: true, start: 2, count: 1 },
      { run_id: "b", key: "loss", total: 0, is_thinned: false, start: 3, count: 0 },
    ],
    unknown_run_ids: ["gone"],
    damaged_curves: [{ run_id: "b", key: "x", message: "broken" }],
  };
  let text = new TextEncoder().encode(JSON.stringify(header));
  text = Uint8Array.from([...text, ...new Array<number>((8 - (text.length % 8)) % 8).fill(32)]);
  const bytes = new ArrayBuffer(16 + text.length + 24 * POINTS);
  new Uint8Array(bytes).set(new TextEncoder().encode("TRIALOG1"));
  const view = new DataView(bytes);
  view.setBigUint64(8, BigInt(text.length), true);
  new Uint8Array(bytes).set(text, 16);
  const begin = 16 + text.length;
  [-1n, 0n, 7n].forEach((step, place) => {
    view.setBigInt64(begin + 8 * place, step, true);
  });
  [10n, 11n, 12n].forEach((time, place) => {
    view.setBigInt64(begin + 24 + 8 * place, time, true);
  });
  [0.5, Number.NaN, Number.POSITIVE_INFINITY].forEach((value, place) => {
    view.setFloat64(begin + 48 + 8 * place, value, true);
  });
  return bytes;
}

test("curves come out as they went in", () => {
  const { curves, unknownRunIds, damaged } = decodeCurves(encoded());
  expect(curves.map((curve) => [curve.runId, curve.key, curve.total, curve.isThinned])).toEqual([
    ["a", "loss", 2, false],
    ["a", "точность", 52310, true],
    ["b", "loss", 0, false],
  ]);
  expect([...(curves[0]?.steps ?? [])]).toEqual([-1, 0]);
  expect([...(curves[0]?.timestamps ?? [])]).toEqual([10, 11]);
  expect([...(curves[0]?.values ?? [])]).toEqual([0.5, Number.NaN]);
  expect([...(curves[1]?.values ?? [])]).toEqual([Number.POSITIVE_INFINITY]);
  expect(curves[2]?.values).toHaveLength(0);
  expect(unknownRunIds).toEqual(["gone"]);
  expect(damaged).toHaveLength(1);
});

test("other bytes, and half an answer, are refused", () => {
  expect(() => decodeCurves(new ArrayBuffer(4))).toThrow("no curves");
  expect(() => decodeCurves(new TextEncoder().encode("<html>A proxy is here.</html>").buffer)).toThrow("no curves");
  const bytes = encoded();
  expect(() => decodeCurves(bytes.slice(0, bytes.byteLength - 8))).toThrow("no curves");
});
