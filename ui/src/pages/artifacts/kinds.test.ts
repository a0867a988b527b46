import { expect, test } from "vitest";
import { hasSource, kindOf, looksLikeText } from "./kinds";

test.each([
  ["plots/Loss.PNG", "image"],
  ["data.parquet", "parquet"],
  ["model/MLmodel", "text"],
  ["model/python_env.yaml", "text"],
  ["report.htm", "html"],
  ["notebook.ipynb", "json"],
  ["weights.pkl", "unknown"],
  ["no_ending", "unknown"],
  [".env", "unknown"],
])("%s is shown as %s", (path, kind) => {
  expect(kindOf(path)).toBe(kind);
});

test("pages, pictures of text and tables can be read as text too", () => {
  expect(["a.svg", "a.html", "a.csv", "a.json", "a.md"].every(hasSource)).toBe(true);
  expect(["a.png", "a.txt", "a.parquet"].some(hasSource)).toBe(false);
});

test("text is told from bytes, even where it is cut within a letter", () => {
  const text = new TextEncoder().encode("точность: 0.9");
  expect(looksLikeText(text)).toBe(true);
  expect(looksLikeText(text.subarray(0, 3))).toBe(true);
  expect(looksLikeText(Uint8Array.of(0x80, 0x04, 0x95, 0))).toBe(false);
  expect(looksLikeText(Uint8Array.of(0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa))).toBe(false);
  expect(looksLikeText(new Uint8Array())).toBe(true);
});
