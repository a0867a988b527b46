import { expect, test } from "vitest";
import { baseName, endingOf, escapedPath, folderOf, foldersAbove, joined } from "./paths";

test("parts of a path", () => {
  expect(baseName("model/data/model.PKL")).toBe("model.PKL");
  expect(folderOf("model/data/model.pkl")).toBe("model/data");
  expect(folderOf("MLmodel")).toBe("");
  expect(joined("", "a")).toBe("a");
  expect(joined("a/b", "c")).toBe("a/b/c");
});

test("endings", () => {
  expect(endingOf("plots/Loss.PNG")).toBe("png");
  expect(endingOf("MLmodel")).toBe("");
  expect(endingOf(".gitignore")).toBe("");
  expect(endingOf("a.b/c")).toBe("");
});

test("folders above, and names that need escaping", () => {
  expect(foldersAbove("a/b/c.txt")).toEqual(["a", "a/b"]);
  expect(escapedPath("a b/ü#?.txt")).toBe("a%20b/%C3%BC%23%3F.txt");
});
