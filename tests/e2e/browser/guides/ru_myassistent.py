"""Logs what the guide of a crypto trading assistant shows: boosted trees, three versions of a model, a plot."""

import json
from pathlib import Path

import matplotlib.pyplot as plt
import mlflow
from mlflow import MlflowClient
from mlflow.models import infer_signature
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression

MODEL = "xgboost_trading_model"
FEATURES = [f"feature_{number}" for number in range(84)]
# Run, parameters that differ, and what came of them; the first two are the phases that the guide compares.
RUNS = (
    ("xgboost_20251012_150101", {"max_depth": 4, "learning_rate": 0.1}, (0.4829, 0.4789, -0.0256, -0.3)),
    ("xgboost_20251012_162229", {"max_depth": 6, "learning_rate": 0.05}, (0.5129, 0.5070, 0.032, 0.45)),
    ("xgboost_20251012_170512", {"max_depth": 8, "learning_rate": 0.03}, (0.5034, 0.5011, 0.011, 0.2)),
    ("xgboost_20251012_181533", {"max_depth": 5, "learning_rate": 0.2}, (0.4911, 0.4870, -0.014, -0.1)),
)


def main() -> None:
    """Train, log and register as the scripts of the guide do."""
    mlflow.set_experiment("xgboost_trading")
    x, y = make_classification(n_samples=60, n_features=5, random_state=7)
    model = LogisticRegression().fit(x, y)
    for name, params, (roc_auc, accuracy, total_return, sharpe_like) in RUNS:
        with mlflow.start_run(run_name=name):
            mlflow.set_tag("mlflow.source.name", "scripts/train_ensemble_optimized.py")
            mlflow.log_params({"n_estimators": 200, "subsample": 0.8, "n_features": 84, **params})
            metrics = {"roc_auc": roc_auc, "accuracy": accuracy, "total_return": total_return}
            mlflow.log_metrics({**metrics, "threshold": 0.5, "sharpe_like": sharpe_like})
            Path("features.json").write_text(json.dumps(FEATURES), encoding="utf-8")
            Path("metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
            figure, axes = plt.subplots()
            axes.barh(FEATURES[:5], [5, 4, 3, 2, 1])
            figure.savefig("feature_importance.png")
            plt.close(figure)
            for file in ("features.json", "metrics.json", "feature_importance.png"):
                mlflow.log_artifact(file)
            if name != RUNS[-1][0]:
                mlflow.sklearn.log_model(
                    model,
                    name="model",
                    registered_model_name=MODEL,
                    signature=infer_signature(x, y),
                    # Looking for them would take seconds.
                    pip_requirements=["scikit-learn"],
                )
    client = MlflowClient()
    client.transition_model_version_stage(MODEL, "1", "Production")
    client.transition_model_version_stage(MODEL, "2", "Staging")


if __name__ == "__main__":
    main()
