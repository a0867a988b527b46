import { expect, test } from "vitest";
import { jsonTree, parseJson } from "./jsonTree";

test("NaN and infinities as Python writes them are read, and the same words in texts stay", () => {
  expect(parseJson('{"a": NaN, "b": [-Infinity, Infinity], "c": "NaN, not a \\"number\\""}')).toEqual({
    a: "NaN",
    b: ["-Infinity", "Infinity"],
    c: 'NaN, not a "number"',
  });
  expect(() => parseJson("{broken")).toThrow(SyntaxError);
});

test.each(["", "\\"])("a long text that is never closed is refused at once", (end) => {
  expect(() => parseJson(`[NaN, "${'\\"'.repeat(500_000)}${end}`)).toThrow(SyntaxError);
});

test("a tree says of each value what it is, and what is in it when it is opened", () => {
  const root = jsonTree({ list: [1, "two", null], empty: {} });
  expect(root.text).toBe("{2}");
  const [list, empty] = root.children();
  expect([list?.text, empty?.text, empty?.isBranch]).toEqual(["[3]", "{0}", false]);
  expect(list?.children().map(({ name, text }) => [name, text])).toEqual([
    ["0", "1"],
    ["1", '"two"'],
    ["2", "null"],
  ]);
});

test("a long list opens in parts, none of more than a hundred", () => {
  const root = jsonTree(Array.from({ length: 12_345 }, (_, place) => place));
  const parts = root.children();
  expect(parts.length).toBe(2);
  expect(parts[1]?.name).toBe("10000–12344");
  const last = parts[1]?.children().at(-1)?.children().at(-1);
  expect([last?.name, last?.text]).toEqual(["12344", "12344"]);
});
