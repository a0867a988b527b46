import { expect, test } from "vitest";
import { markdownHtml } from "./markdownHtml";

test("text is read as Markdown, with its headings below those of the page", () => {
  expect(markdownHtml("# A\n\n*b* __c__ **d *e***\n\n- [x] f")).toBe(
    "<h3>A</h3><p><em>b</em> <strong>c</strong> <strong>d <em>e</em></strong></p>\n<ul>\n<li>☑ f</li>\n</ul>\n",
  );
});

test("a picture in the text itself may be large", () => {
  expect(markdownHtml(`![a](data:image/png;base64,${"iVBORw0K".repeat(50_000)})`)).toContain("<img");
});

// Each of these took minutes, or broke the page off.
test.each([
  ["emphasis that never ends", `${"**a ".repeat(20_000)}b* `, false],
  ["words in underscores", "_a".repeat(20_000), true],
  ["a word without end", `${"a".repeat(500_000)}@`, true],
  ["many long words", `${"a".repeat(5_000)}@ `.repeat(100), true],
])("%s takes no time", (_, text, isPlain) => {
  expect(markdownHtml(text) === null).toBe(isPlain);
});

test("lists that nobody could read are left as they are", () => {
  expect(() => markdownHtml("- ".repeat(20_000))).not.toThrow();
  expect(() => markdownHtml(">".repeat(50_000))).not.toThrow();
});
