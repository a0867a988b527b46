import { expect, test } from "vitest";
import { rangeCodec } from "./rangeCodec";

test("a zoom is written short and read back; what is no stretch means all", () => {
  expect(rangeCodec.format({ start: 1764000000000.4, end: 1764000001000 })).toBe("1764000000000~1764000001000");
  expect(rangeCodec.parse("-0.5~2")).toEqual({ start: -0.5, end: 2 });
  expect(rangeCodec.parse("5~1")).toBeNull();
  expect(rangeCodec.parse("5")).toBeNull();
  expect(rangeCodec.parse("~")).toBeNull();
  expect(rangeCodec.parse(null)).toBeNull();
});
