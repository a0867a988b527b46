"""Logs what the guide of a French credit scoring project shows: five runs of models against a baseline, with plots."""

from pathlib import Path

import matplotlib.pyplot as plt
import mlflow
from mlflow import MlflowClient

MODEL = "credit-scoring"
# Model, trees, sampling, and what came of it: business score, AUC, accuracy, F1, true and false positives.
RUNS = (
    ("DummyClassifier", 0, "none", (0.5, 0.5, 0.919, 0.0, 0, 0)),
    ("RandomForest", 100, "none", (0.81, 0.712, 0.92, 0.21, 1412, 905)),
    ("RandomForest", 100, "smote", (0.85, 0.736, 0.887, 0.29, 2210, 3120)),
    ("RandomForest", 300, "smote", (0.861, 0.741, 0.889, 0.301, 2275, 3054)),
    ("LightGBM", 200, "undersampling", (0.874, 0.769, 0.71, 0.265, 3310, 12480)),
)


def main() -> None:
    """Train each model and log it as the guide does."""
    mlflow.set_experiment("credit-scoring")
    client = MlflowClient()
    client.create_registered_model(MODEL)
    Path("reports").mkdir()
    for model_type, trees, sampling, values in RUNS:
        with mlflow.start_run(run_name=f"{model_type}-{trees}-{sampling}") as run:
            baseline = model_type == "DummyClassifier"
            mlflow.log_params({"model_type": model_type, "n_estimators": trees})
            mlflow.log_params({"sampling_strategy": sampling, "baseline": baseline})
            keys = ("business_score", "auc_score", "accuracy", "f1_score", "true_positives", "false_positives")
            mlflow.log_metrics(dict(zip(keys, values, strict=True)))
            for step in range(1, 11):
                mlflow.log_metric("learning_curve", values[1] * (1 - 1 / (step + 3)), step=step * 1000)
            figure, axes = plt.subplots()
            axes.barh(["EXT_SOURCE_2", "EXT_SOURCE_3", "DAYS_BIRTH"], [3, 2, 1])
            figure.savefig("reports/feature_importance.png")
            plt.close(figure)
            Path("reports/rapport.md").write_text("# Rapport\n\nLe **score métier** progresse.\n", encoding="utf-8")
            mlflow.log_artifacts("reports", "reports")
            if not baseline:
                client.create_model_version(MODEL, f"runs:/{run.info.run_id}/reports", run.info.run_id)
    client.transition_model_version_stage(MODEL, "3", "Production")


if __name__ == "__main__":
    main()
