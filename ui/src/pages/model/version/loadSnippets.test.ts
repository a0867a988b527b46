import { expect, test } from "vitest";
import { loadSnippets } from "./loadSnippets";

test("a version is loaded by number, by its own kind, by alias, by stage, and as files", () => {
  const all = loadSnippets("http://host:5000", "my model", {
    flavors: ["python_function", "sklearn"],
    summary: { version: 3, stage: "Production", aliases: ["champion"] },
  });
  const code = (name: string) => all.find((snippet) => snippet.name === name)?.code;
  expect(code("mlflow.pyfunc")).toContain('"models:/my model/3"');
  expect(code("sklearn")).toContain('mlflow.sklearn.load_model("models:/my model/3")');
  expect(code("@champion")).toContain('"models:/my model@champion"');
  expect(code("Production")).toContain('"models:/my model/Production"');
  expect(code("curl")).toContain("/models/my%20model/versions/3/artifacts/archive");
});

test("nothing is offered that is not there", () => {
  const summary = { version: 1, stage: "None", aliases: [] } as const;
  const names = loadSnippets("http://host", "m", { flavors: ["own_flavor"], summary }).map(({ name }) => name);
  expect(names).not.toContain("own_flavor");
  expect(names.some((name) => name.startsWith("@") || name === "None")).toBe(false);
});
