"""A small grid over scikit-learn's breast-cancer data: one run a point of the grid, all below one parent run.

Each run has its curves over 120 boosting stages, its data set, its pictures and reports, and its model. Like the iris
script it speaks to `mlflow` alone; beside it, it writes down what it logged, so that the demo can compare.
"""

import itertools
import json
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt
import mlflow
import mlflow.sklearn
import numpy as np
import pandas as pd
import sklearn
from mlflow import MlflowClient
from mlflow.data.pandas_dataset import PandasDataset, from_pandas
from mlflow.entities import Metric
from mlflow.models import infer_signature
from rich.console import Console
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import (
    ConfusionMatrixDisplay,
    accuracy_score,
    classification_report,
    f1_score,
    roc_auc_score,
    roc_curve,
)
from sklearn.model_selection import train_test_split

from trialog.demo.records import LoggedModel, Point, RunRecord, sha256, write_records
from trialog.entities.clock import now_milliseconds

EXPERIMENT = "Breast_Cancer_Boosting"
SOURCE = "https://archive.ics.uci.edu/dataset/17/breast+cancer+wisconsin+diagnostic"
STAGES = 120
LEARNING_RATES = (0.03, 0.1, 0.3)
DEPTHS = (1, 2)
# The metrics that rank the runs; the others are curves.
RANKING_METRIC = "roc_auc"


@dataclass(frozen=True)
class Data:
    """The data, split once for all runs.

    Attributes:
        train_features: Rows to train on.
        test_features: Rows to judge by.
        train_labels: 1 for benign.
        test_labels: As above.
        dataset: The training rows as MLflow describes them.
    """

    train_features: pd.DataFrame
    test_features: pd.DataFrame
    train_labels: "pd.Series[int]"
    test_labels: "pd.Series[int]"
    dataset: PandasDataset


@dataclass(frozen=True)
class Child:
    """One point of the grid, trained and logged.

    Attributes:
        record: What was logged.
        score: Its value of the ranking metric.
        params: Its place in the grid.
    """

    record: RunRecord
    score: float
    params: dict[str, str]


def main() -> None:
    """Train the grid and log it."""
    mlflow.set_experiment(EXPERIMENT)
    data = _load()
    client = MlflowClient()
    with mlflow.start_run(run_name="boosting-grid", description="3 learning rates × 2 depths") as parent:
        grid = {"learning_rates": list(LEARNING_RATES), "depths": list(DEPTHS), "stages": STAGES}
        mlflow.log_params(grid)
        children = [
            _train(client, data, learning_rate, depth)
            for learning_rate, depth in itertools.product(LEARNING_RATES, DEPTHS)
        ]
        best = max(children, key=lambda child: child.score)
        client.set_tag(best.record.run_id, "best", "true")
        best.record.tags["best"] = "true"
        tags = {"best_run_id": best.record.run_id, "children": str(len(children))}
        mlflow.set_tags(tags)
        mlflow.log_metric(f"best_{RANKING_METRIC}", best.score)
    record = RunRecord(
        parent.info.run_id,
        params={key: str(value) for key, value in grid.items()},
        points=[Point(f"best_{RANKING_METRIC}", best.score.hex())],
        tags=tags | {"mlflow.note.content": "3 learning rates × 2 depths", "mlflow.runName": "boosting-grid"},
    )
    write_records([record, *(child.record for child in children)])


def _load() -> Data:
    bunch = load_breast_cancer(as_frame=True)
    train_features, test_features, train_labels, test_labels = train_test_split(
        bunch.data, bunch.target, test_size=0.25, random_state=42, stratify=bunch.target
    )
    frame = train_features.assign(target=train_labels)
    dataset = from_pandas(frame, source=SOURCE, name="breast_cancer", targets="target")
    return Data(train_features, test_features, train_labels, test_labels, dataset)


def _train(client: MlflowClient, data: Data, learning_rate: float, depth: int) -> Child:
    place = {"learning_rate": str(learning_rate), "max_depth": str(depth)}
    fixed = {"n_estimators": str(STAGES), "subsample": "0.8", "random_state": "1"}
    name = f"rate-{learning_rate}-depth-{depth}"
    with mlflow.start_run(run_name=name, nested=True, tags={"model": "gradient boosting"}) as run:
        mlflow.log_params(place | fixed)
        mlflow.log_input(data.dataset, context="training")
        classifier = GradientBoostingClassifier(
            learning_rate=learning_rate, max_depth=depth, n_estimators=STAGES, subsample=0.8, random_state=1
        ).fit(data.train_features, data.train_labels)
        curves = _curves(classifier, data)
        client.log_batch(run.info.run_id, metrics=curves)
        model = _log_model(classifier, data, name)
        scores = _scores(classifier, data)
        now = now_milliseconds()
        mlflow.log_metrics(scores, step=STAGES, timestamp=now, model_id=model.uri.removeprefix("models:/"))
        artifacts = _log_reports(classifier, data, Path(name))
    Console().print(f"{name}: roc_auc {scores[RANKING_METRIC]:.4f}", highlight=False)
    record = RunRecord(
        run.info.run_id,
        params=place | fixed,
        points=[
            *(Point(point.key, point.value.hex(), point.step, point.timestamp) for point in curves),
            *(Point(key, value.hex(), STAGES, now) for key, value in scores.items()),
        ],
        tags={"model": "gradient boosting", "mlflow.runName": name},
        artifacts=artifacts,
        datasets=[(data.dataset.name, data.dataset.digest, "training")],
        models=[model],
    )
    return Child(record, scores[RANKING_METRIC], place)


def _curves(classifier: GradientBoostingClassifier, data: Data) -> list[Metric]:
    """Loss and area under the ROC curve after each stage, for the training and the test rows."""
    points: list[Metric] = []
    for part, features, labels in (
        ("train", data.train_features, data.train_labels),
        ("test", data.test_features, data.test_labels),
    ):
        probabilities = np.array([stage[:, 1] for stage in classifier.staged_predict_proba(features)])
        is_benign = labels.to_numpy() == 1
        now = now_milliseconds()
        for stage, loss in enumerate(_log_losses(probabilities, is_benign), start=1):
            points.append(Metric(f"{part}/log_loss", float(loss), now, stage))
        for stage, area in enumerate(_roc_areas(probabilities, is_benign), start=1):
            points.append(Metric(f"{part}/roc_auc", float(area), now, stage))
    return points


def _log_losses(probabilities: np.ndarray, is_benign: np.ndarray) -> np.ndarray:
    """Mean loss of each stage; all stages at once, which is a hundred times faster than scikit-learn's one by one."""
    margin = np.finfo(float).eps
    certain = np.clip(probabilities, margin, 1 - margin)
    return np.asarray(-np.where(is_benign, np.log(certain), np.log1p(-certain)).mean(axis=1))


def _roc_areas(probabilities: np.ndarray, is_benign: np.ndarray) -> np.ndarray:
    """Area under the ROC curve of each stage: the share of pairs that are ranked right."""
    positives = int(is_benign.sum())
    negatives = len(is_benign) - positives
    rank_sums = pd.DataFrame(probabilities).rank(axis=1).to_numpy()[:, is_benign].sum(axis=1)
    return np.asarray((rank_sums - positives * (positives + 1) / 2) / (positives * negatives))


def _scores(classifier: GradientBoostingClassifier, data: Data) -> dict[str, float]:
    predicted = classifier.predict(data.test_features)
    return {
        RANKING_METRIC: float(roc_auc_score(data.test_labels, classifier.predict_proba(data.test_features)[:, 1])),
        "accuracy": float(accuracy_score(data.test_labels, predicted)),
        "f1": float(f1_score(data.test_labels, predicted)),
    }


def _log_model(classifier: GradientBoostingClassifier, data: Data, name: str) -> LoggedModel:
    probabilities = classifier.predict_proba(data.test_features)
    info = mlflow.sklearn.log_model(
        classifier,
        name="classifier",
        signature=infer_signature(data.test_features, classifier.predict(data.test_features)),
        input_example=data.test_features[:3],
        # Named, or else the client starts another Python for each model to find out.
        pip_requirements=[f"scikit-learn=={sklearn.__version__}", f"pandas=={pd.__version__}"],
        # The trees were grown a moment ago by this very process.
        skops_trusted_types=["sklearn.tree._tree.Tree"],
    )
    data.test_features.to_csv(f"{name}-features.csv", index=False)
    np.save(f"{name}-predictions.npy", probabilities)
    return LoggedModel(info.model_uri, f"{name}-features.csv", f"{name}-predictions.npy")


def _log_reports(classifier: GradientBoostingClassifier, data: Data, folder: Path) -> dict[str, str]:
    """Write pictures and reports to `folder`, log them as `evaluation/`, and return what was logged."""
    folder.mkdir()
    predicted = classifier.predict(data.test_features)
    display = ConfusionMatrixDisplay.from_predictions(
        data.test_labels, predicted, display_labels=["malignant", "benign"]
    )
    display.figure_.savefig(folder / "confusion_matrix.png")
    plt.close(display.figure_)
    false_rate, true_rate, threshold = roc_curve(data.test_labels, classifier.predict_proba(data.test_features)[:, 1])
    curve = pd.DataFrame({"false_positive_rate": false_rate, "true_positive_rate": true_rate, "threshold": threshold})
    curve.to_csv(folder / "roc_curve.csv", index=False)
    importances = dict(zip(data.train_features.columns, classifier.feature_importances_.tolist(), strict=True))
    (folder / "importances.json").write_text(json.dumps(importances, indent=2), encoding="utf-8")
    (folder / "report.txt").write_text(classification_report(data.test_labels, predicted), encoding="utf-8")
    mlflow.log_artifacts(str(folder), "evaluation")
    return {f"evaluation/{path.name}": sha256(path) for path in folder.iterdir()}


if __name__ == "__main__":
    main()
