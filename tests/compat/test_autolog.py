"""Autologging of scikit-learn: what the client logs by itself arrives."""

import json

import mlflow
import mlflow.sklearn
import numpy as np
import pytest
from mlflow import MlflowClient
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

from tests.compat.reading import datasets_of


@pytest.fixture
def iris() -> tuple[np.ndarray, np.ndarray]:
    features, labels = load_iris(return_X_y=True)
    return features, labels


def test_a_fit_is_logged(client: MlflowClient, experiment: str, iris: tuple[np.ndarray, np.ndarray]) -> None:
    mlflow.sklearn.autolog(log_models=False)
    estimator = LogisticRegression(max_iter=500, C=0.5).fit(*iris)
    [run] = client.search_runs([experiment])
    assert run.info.status == "FINISHED"
    assert (run.data.params["C"], run.data.params["max_iter"]) == ("0.5", "500")
    assert run.data.metrics["training_score"] == estimator.score(*iris)
    assert {"training_accuracy_score", "training_f1_score", "training_log_loss"} <= run.data.metrics.keys()
    assert run.data.tags["estimator_name"] == "LogisticRegression"
    assert "training_confusion_matrix.png" in [entry.path for entry in client.list_artifacts(run.info.run_id)]
    [entry] = datasets_of(run)
    assert json.loads(entry.dataset.profile or "")["features_shape"] == [150, 4]


def test_an_estimator_is_logged_as_a_model(experiment: str, iris: tuple[np.ndarray, np.ndarray]) -> None:
    mlflow.sklearn.autolog()
    with mlflow.start_run():
        estimator = RandomForestClassifier(n_estimators=5, random_state=1).fit(*iris)
    [model] = mlflow.search_logged_models([experiment], output_format="list")
    loaded = mlflow.sklearn.load_model(model.model_uri)
    assert np.array_equal(loaded.predict_proba(iris[0]), estimator.predict_proba(iris[0]))
    assert model.params["n_estimators"] == "5"


def test_a_metric_computed_after_the_fit_is_logged(
    client: MlflowClient, experiment: str, iris: tuple[np.ndarray, np.ndarray]
) -> None:
    mlflow.sklearn.autolog(log_models=False)
    with mlflow.start_run() as run:
        estimator = LogisticRegression(max_iter=500).fit(*iris)
        score = estimator.score(iris[0][:90], iris[1][:90])
    metrics = client.get_run(run.info.run_id).data.metrics
    assert [value for key, value in metrics.items() if key.startswith("LogisticRegression_score")] == [score]


def test_a_grid_search_has_a_child_for_every_point(
    client: MlflowClient, experiment: str, iris: tuple[np.ndarray, np.ndarray]
) -> None:
    mlflow.sklearn.autolog(log_models=False, max_tuning_runs=None)
    with mlflow.start_run() as parent:
        search = GridSearchCV(LogisticRegression(max_iter=500), {"C": [0.01, 0.1, 1.0, 10.0]}, cv=3).fit(*iris)
    run = client.get_run(parent.info.run_id)
    assert run.data.params["best_C"] == str(search.best_params_["C"])
    assert run.data.metrics["best_cv_score"] == search.best_score_
    children = client.search_runs([experiment], f"tags.mlflow.parentRunId = '{parent.info.run_id}'")
    scores = {child.data.params["C"]: child.data.metrics["mean_test_score"] for child in children}
    assert scores == dict(
        zip(["0.01", "0.1", "1.0", "10.0"], search.cv_results_["mean_test_score"].tolist(), strict=True)
    )
    assert "cv_results.csv" in [entry.path for entry in client.list_artifacts(parent.info.run_id)]
