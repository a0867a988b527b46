import { expect, test } from "vitest";
import { isKey } from "./keys";

test.each([
  ["k", { key: "k", code: "KeyK" }, true],
  ["k", { key: "K", code: "KeyK" }, true],
  // Russian: the same key types another letter.
  ["k", { key: "л", code: "KeyK" }, true],
  ["n", { key: "т", code: "KeyN" }, true],
  ["n", { key: "л", code: "KeyK" }, false],
  // French: letters are elsewhere, and go by what they type.
  ["q", { key: "q", code: "KeyA" }, true],
  ["a", { key: "q", code: "KeyA" }, false],
  ["Delete", { key: "Delete", code: "Delete" }, true],
  ["/", { key: "/", code: "Digit7" }, true],
  ["/", { key: ".", code: "Slash" }, false],
])("%s by %o: %s", (key, pressed, isIt) => {
  expect(isKey(pressed, key)).toBe(isIt);
});
