import { exportLines, trackingLines } from "../../api";

/** Code for one way to load a model. */
export interface ModelSnippet {
  readonly name: string;
  readonly code: string;
}

// Flavors whose names are those of MLflow's modules that load them as what they are.
const MODULES: ReadonlySet<string> = new Set([
  "catboost",
  "h2o",
  "keras",
  "langchain",
  "lightgbm",
  "onnx",
  "openai",
  "paddle",
  "pmdarima",
  "prophet",
  "pytorch",
  "sentence_transformers",
  "sklearn",
  "spacy",
  "spark",
  "statsmodels",
  "tensorflow",
  "transformers",
  "xgboost",
]);

/**
 * Returns the ways to load a model.
 *
 * @param address Of the server.
 * @param uri The model, as clients name it.
 * @param flavors What it can be loaded as.
 */
export function loadingSnippets(address: string, uri: string, flavors: readonly string[]): ModelSnippet[] {
  const quoted = JSON.stringify(uri);
  const reaching = trackingLines(address);
  const beginning = ["import mlflow", "", ...reaching];
  const pyfunc = [...beginning, `model = mlflow.pyfunc.load_model(${quoted})`, "predictions = model.predict(data)"];
  const own = flavors
    .filter((flavor) => MODULES.has(flavor))
    .map((flavor) => ({
      name: flavor,
      code: [`import mlflow.${flavor}`, "", ...reaching, `model = mlflow.${flavor}.load_model(${quoted})`].join("\n"),
    }));
  const shell = [
    ...exportLines(shellQuoted(address)),
    `trialog models serve --model-uri ${shellQuoted(uri)} --port 5001`,
  ];
  return [
    { name: "mlflow.pyfunc", code: pyfunc.join("\n") },
    ...own,
    { name: "trialog models serve", code: shell.join("\n") },
  ];
}

function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
