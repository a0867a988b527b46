import { expect, test } from "vitest";
import { modelAddress } from "./addresses";
import { pathParameters } from "./routes";

test.each(["iris", "a/b", "100%", "%2F", "名前 🙂", "a?b#c"])("the model %s is found by its address", (name) => {
  expect(pathParameters("/models/:name", modelAddress(name))).toEqual({ name });
});

test("a part may be missing, and what cannot be decoded stays", () => {
  expect(pathParameters("/runs/:runId/:tab?", "/runs/0f1c")).toEqual({ runId: "0f1c" });
  expect(pathParameters("/models/:name", "/models/%zz")).toEqual({ name: "%zz" });
});
