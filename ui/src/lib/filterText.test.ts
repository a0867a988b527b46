import { expect, test } from "vitest";
import { quotedText } from "./filterText";

test("a text is quoted by the marks that it does not hold", () => {
  expect(quotedText("a b")).toBe("'a b'");
  expect(quotedText("it's")).toBe('"it\'s"');
  expect(quotedText(`it's "it"`)).toBeNull();
});
