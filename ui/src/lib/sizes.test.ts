import { expect, test } from "vitest";
import { formatSize } from "./sizes";

test.each([
  [0, "0B"],
  [999, "999B"],
  [1500, "1.5 kB"],
  [999_999, "1 MB"],
  [5_300_000_000, "5.3 GB"],
])("%d bytes are %s", (bytes, shown) => {
  expect(formatSize(bytes, "en")).toBe(shown);
});

test("in Russian", () => {
  expect(formatSize(1500, "ru")).toMatch(/^1,5\s\D+$/);
});
