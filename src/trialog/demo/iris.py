"""The iris script of a university lab: a logistic regression, four scores and a bar chart, logged with `mlflow`.

It knows nothing of Trialog but the address in MLFLOW_TRACKING_URI. The last call, beside the lab's own, writes down
what was logged, so that the demo can compare.
"""

from pathlib import Path

import matplotlib.pyplot as plt
import mlflow
import mlflow.sklearn
import numpy as np
from rich.console import Console
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score
from sklearn.model_selection import train_test_split

from trialog.demo.records import LoggedModel, Point, RunRecord, sha256, write_records

EXPERIMENT = "Iris_Classification_Baseline"


def main() -> None:
    """Train and log."""
    mlflow.set_experiment(EXPERIMENT)
    features, labels = load_iris(return_X_y=True)
    train_features, test_features, train_labels, test_labels = train_test_split(
        features, labels, test_size=0.2, random_state=42
    )
    params = {"solver": "lbfgs", "max_iter": 1000, "random_state": 42}
    with mlflow.start_run() as run:
        mlflow.log_params(params)
        model = LogisticRegression(**params)
        model.fit(train_features, train_labels)
        predicted = model.predict(test_features)
        scores = {
            "accuracy": accuracy_score(test_labels, predicted),
            "precision": precision_score(test_labels, predicted, average="weighted"),
            "recall": recall_score(test_labels, predicted, average="weighted"),
            "f1_score": f1_score(test_labels, predicted, average="weighted"),
        }
        for key, value in scores.items():
            mlflow.log_metric(key, value)
        logged_model = mlflow.sklearn.log_model(model, "model")
        figure, axes = plt.subplots()
        axes.bar(["Accuracy", "Precision", "Recall", "F1"], list(scores.values()))
        axes.set_ylabel("Score")
        axes.set_title("Model Performance Metrics")
        plt.savefig("metrics_plot.png")
        plt.close(figure)
        mlflow.log_artifact("metrics_plot.png")
    Console().print(", ".join(f"{key} {value:.4f}" for key, value in scores.items()), highlight=False)

    np.save("features.npy", test_features)
    np.save("predictions.npy", model.predict_proba(test_features))
    write_records(
        [
            RunRecord(
                run.info.run_id,
                params={key: str(value) for key, value in params.items()},
                points=[Point(key, float(value).hex()) for key, value in scores.items()],
                artifacts={"metrics_plot.png": sha256(Path("metrics_plot.png"))},
                models=[LoggedModel(logged_model.model_uri, "features.npy", "predictions.npy")],
            )
        ]
    )


if __name__ == "__main__":
    main()
