import { expect, test } from "vitest";
import { loadingSnippets } from "./modelCode";

test("a model is loaded as a function, as what it is, and as a service", () => {
  const snippets = loadingSnippets("http://localhost:5000", "runs:/abc/model", ["python_function", "sklearn", "own"]);
  expect(snippets.map(({ name }) => name)).toEqual(["mlflow.pyfunc", "sklearn", "trialog models serve"]);
  expect(snippets[1]?.code).toContain('model = mlflow.sklearn.load_model("runs:/abc/model")');
});

test("whatever a folder is called, the code stays one line that means it", () => {
  const [pyfunc, shell] = loadingSnippets("http://a", `runs:/abc/it's "new" $(x)`, []);
  expect(pyfunc?.code).toContain(String.raw`load_model("runs:/abc/it's \"new\" $(x)")`);
  expect(shell?.code).toContain(String.raw`--model-uri 'runs:/abc/it'\''s "new" $(x)'`);
});
