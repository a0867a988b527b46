import { expect, test } from "vitest";
import { isClientTag } from "./clientTags";

test.each([
  ["mlflow.user", true],
  ["trialog.source.git.dirty", true],
  ["trialog.dropped", false],
  ["trialog.project.exit_code", false],
  ["team", false],
])("whether clients set %s by themselves: %s", (key, expected) => {
  expect(isClientTag(key)).toBe(expected);
});
