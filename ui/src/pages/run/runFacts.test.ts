import { expect, test } from "vitest";
import { browsable, type Run, shownTags, sourceOf, userOf } from "./runFacts";

function run(tags: Readonly<Record<string, string>>): Run {
  return { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) } as unknown as Run;
}

test("a commit leads to where its repository shows it", () => {
  const { commitAddress, branch } = sourceOf(
    run({
      "mlflow.source.git.commit": "0a1b2c3d4e5f",
      "mlflow.source.git.branch": "main",
      "mlflow.source.git.repoURL": "git@gitlab.example.com:team/model.git",
    }),
  );
  expect(commitAddress).toBe("https://gitlab.example.com/team/model/-/commit/0a1b2c3d4e5f");
  expect(branch).toBe("main");
});

test.each([
  ["https://user:secret@example.com/a/b.git", "https://example.com/a/b"],
  ["ssh://git@example.com/a/b.git", "https://example.com/a/b"],
  ["/home/somebody/repository", null],
  ["javascript:alert(1)", null],
  [null, null],
])("the repository %s is opened at %s", (repository, address) => {
  expect(browsable(repository)).toBe(address);
});

test("a commit that is none leads nowhere", () => {
  const source = sourceOf(
    run({ "mlflow.source.git.commit": "../..", "mlflow.source.git.repoURL": "https://example.com/a" }),
  );
  expect(source.commitAddress).toBeNull();
});

test("tags of clients are left out unless asked for, and the note always", () => {
  const tagged = run({
    "mlflow.user": "ann",
    "mlflow.note.content": "text",
    "trialog.source.command": "python train.py",
    "trialog.dropped": "3",
    team: "vision",
  });
  expect(shownTags(tagged, false).map(({ key }) => key)).toEqual(["trialog.dropped", "team"]);
  expect(shownTags(tagged, true)).toHaveLength(4);
});

test.each([
  [{ "mlflow.user": "ann" }, "", "ann"],
  [{ "mlflow.user": "ann" }, "service", "ann"],
  [{}, "bob", "bob"],
  [{}, "", null],
])("with tags %o and the user %o, the run is of %s", (tags, user_id, expected) => {
  expect(userOf({ ...run(tags), info: { user_id } } as unknown as Run)).toBe(expected);
});
