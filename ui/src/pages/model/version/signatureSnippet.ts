import { pythonText } from "../quoting";

/** Returns what logs a model so that its next version has a signature. */
export function signatureSnippet(name: string): string {
  return [
    "from mlflow.models import infer_signature",
    "",
    "mlflow.sklearn.log_model(",
    '    model, name="model",',
    "    signature=infer_signature(X_train, model.predict(X_train)),",
    "    input_example=X_train[:5],",
    `    registered_model_name=${pythonText(name)},`,
    ")",
  ].join("\n");
}
