import { expect, test } from "vitest";
import { readSignature } from "./signature";

test("columns, tensors and nested types read as people write them", () => {
  const { inputs, outputs } = readSignature({
    inputs: [
      { type: "double", name: "price", required: true },
      { type: "string", name: "note", required: false },
      { type: "tensor", name: "image", "tensor-spec": { dtype: "float32", shape: [-1, 28, 28] } },
      { type: "array", name: "words", items: { type: "string" } },
      { type: "object", name: "user", properties: { id: { type: "long" }, mail: { type: "string", required: false } } },
      { type: "map", name: "counts", values: { type: "long" } },
    ],
    outputs: [{ type: "tensor", "tensor-spec": { dtype: "int64", shape: [-1] } }],
  });
  expect(inputs.map(({ name, type, isRequired }) => [name, type, isRequired])).toEqual([
    ["price", "double", true],
    ["note", "string", false],
    ["image", "float32 (-1, 28, 28)", true],
    ["words", "array<string>", true],
    ["user", "{id: long, mail?: string}", true],
    ["counts", "map<long>", true],
  ]);
  expect(outputs).toEqual([{ name: null, type: "int64 (-1)", isRequired: true, usual: null }]);
});

test("parameters have a usual value and so need not be given", () => {
  const { params } = readSignature({ params: [{ name: "top", type: "long", default: 5, shape: null }] });
  expect(params).toEqual([{ name: "top", type: "long", isRequired: false, usual: "5" }]);
});

test("what is no signature is an empty one, and deep nesting ends", () => {
  expect(readSignature({ inputs: "broken" })).toEqual({ inputs: [], outputs: [], params: [] });
  expect(readSignature({ inputs: [null, { type: 5 }] }).inputs.map(({ type }) => type)).toEqual(["?", "?"]);
  let nested: Record<string, unknown> = { type: "string" };
  for (let level = 0; level < 50; level += 1) nested = { type: "array", items: nested };
  expect(readSignature({ inputs: [nested] }).inputs[0]?.type.length).toBeLessThan(100);
});
