"""Autologging of scikit-learn by `trialog` logs under the names that mlflow's logs under, and the same numbers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlflow
import mlflow.sklearn
import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run
from sklearn.cluster import KMeans
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

import trialog
import trialog.sklearn
from tests.compat.reading import datasets_of
from trialog.sdk.fluent.experiments import forget_experiment
from trialog.sdk.fluent.process import finish
from trialog.sdk.reports import forget_reports
from trialog.sdk.settings import forget_settings
from trialog.sdk.tracking_uri import close_transports

IRIS = load_iris(return_X_y=True)
CANCER = load_breast_cancer(return_X_y=True)
DIABETES = load_diabetes(return_X_y=True)
# How long something took.
TIMES = ("mean_fit_time", "std_fit_time", "mean_score_time", "std_score_time")


@pytest.fixture(autouse=True)
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let `trialog` know nothing of the tests before, and none of it stay."""
    monkeypatch.setenv("TRIALOG_SPOOL_FOLDER", str(tmp_path / "spool"))
    monkeypatch.setenv("TRIALOG_SOURCE", "tags")
    _forget()
    yield
    trialog.autolog(disable=True)
    finish()
    trialog.set_tracking_uri(None)
    close_transports()
    _forget()


def _forget() -> None:
    forget_settings()
    forget_reports()
    forget_experiment()


@pytest.mark.parametrize(
    ("estimator", "data"),
    [
        (LogisticRegression(max_iter=500), IRIS),
        (DecisionTreeClassifier(max_depth=2, random_state=0), CANCER),
        (LinearSVC(random_state=0, max_iter=100_000), IRIS),
        (make_pipeline(StandardScaler(), DecisionTreeClassifier(max_depth=2, random_state=0)), CANCER),
        (LinearRegression(), DIABETES),
        (DecisionTreeRegressor(max_depth=2, random_state=0), DIABETES),
        (KMeans(2, n_init=1, random_state=0), (IRIS[0],)),
        (GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2, 3]}, cv=2), IRIS),
    ],
    ids=["logistic", "tree", "svc", "pipeline", "linear", "regression tree", "clusters", "search"],
)
def test_both_log_the_same_of_a_training(
    client: MlflowClient, experiment: str, server: str, estimator: Any, data: tuple[np.ndarray, ...]
) -> None:
    mlflow.sklearn.autolog(log_models=False)
    estimator.fit(*data)
    mlflow.sklearn.autolog(disable=True)
    theirs = client.search_runs([experiment])
    trialog.set_tracking_uri(server)
    trialog.set_experiment(experiment_id=experiment)
    trialog.sklearn.autolog(log_models=False)
    estimator.fit(*data)
    ids = {run.info.run_id for run in theirs}
    ours = [run for run in client.search_runs([experiment]) if run.info.run_id not in ids]
    assert [_said(run) for run in _in_order(ours)] == [_said(run) for run in _in_order(theirs)]
    assert _files(client, ours) >= _files(client, theirs)


def _in_order(runs: list[Run]) -> list[Run]:
    return sorted(runs, key=lambda run: sorted(run.data.params.items()))


def _said(run: Run) -> tuple[Any, ...]:
    metrics = {key: pytest.approx(value, abs=1e-9) for key, value in run.data.metrics.items() if key not in TIMES}
    tags = {key: value for key, value in run.data.tags.items() if key.startswith(("estimator", "mlflow.autologging"))}
    datasets = [(used.dataset.name, [(tag.key, tag.value) for tag in used.tags]) for used in datasets_of(run)]
    return run.info.status, run.data.params, metrics, tags, datasets


def _files(client: MlflowClient, runs: list[Run]) -> set[str]:
    return {file.path for run in runs for file in client.list_artifacts(run.info.run_id)}
