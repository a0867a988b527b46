import { expect, test } from "vitest";
import { fieldFrom, placeInFilter } from "./filterText";

/** The bar is the cursor. */
function at(marked: string): ReturnType<typeof placeInFilter> {
  const cursor = marked.indexOf("|");
  return placeInFilter(marked.replace("|", ""), cursor);
}

test("a field belongs at the beginning and behind what joins", () => {
  expect(at("|").expected).toEqual({ what: "field", typed: "" });
  expect(at("metrics.lo|")).toEqual({ expected: { what: "field", typed: "metrics.lo" }, from: 0, to: 10 });
  expect(at("a = 'x' AND (par|").expected).toEqual({ what: "field", typed: "par" });
  expect(at("NOT st|").expected).toEqual({ what: "field", typed: "st" });
});

test("behind a field comes an operator, behind that a value, then what joins", () => {
  const loss = { kind: "metric", key: "val loss" };
  expect(at("metrics.`val loss` |").expected).toEqual({ what: "operator", typed: "", field: loss });
  expect(at("metrics.`val loss` <|").expected).toEqual({ what: "operator", typed: "<", field: loss });
  expect(at("metrics.`val loss` < |").expected).toEqual({ what: "value", typed: "", field: loss });
  expect(at("metrics.`val loss` < 0.5 |").expected).toEqual({ what: "joiner", typed: "" });
  expect(at("params.lr IS NOT NULL A|").expected).toEqual({ what: "joiner", typed: "A" });
});

test("values are found in lists, ranges and open quotation marks", () => {
  const team = { kind: "tag", key: "team" };
  expect(at("tags.team = 'ri|").expected).toEqual({ what: "value", typed: "'ri", field: team });
  expect(at("tags.team IN ('a', 'b|").expected).toEqual({ what: "value", typed: "'b", field: team });
  expect(at("tags.team IN ('a') |").expected).toEqual({ what: "joiner", typed: "" });
  expect(at("metrics.a BETWEEN 1 AND |").expected).toMatchObject({ what: "value" });
  expect(at("metrics.a BETWEEN 1 AND 2 AND |").expected).toEqual({ what: "field", typed: "" });
});

test("a choice takes the place of the whole word that the cursor is in", () => {
  expect(at("metrics.lo|ss < 1")).toMatchObject({ from: 0, to: 12 });
});

test("fields are read with and without quotation marks", () => {
  expect(fieldFrom("metrics.`a b`")).toEqual({ kind: "metric", key: "a b" });
  expect(fieldFrom("tags.mlflow.user")).toEqual({ kind: "tag", key: "mlflow.user" });
  expect(fieldFrom("status")).toEqual({ kind: null, key: "status" });
});
