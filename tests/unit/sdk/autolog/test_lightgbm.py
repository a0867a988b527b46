"""What LightGBM trains is logged by itself."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer

import trialog
import trialog.lightgbm
from tests.unit.sdk.autolog.conftest import Logged

lightgbm: Any = pytest.importorskip("lightgbm", reason="LightGBM is not installed: what it trains cannot be tried out")
Data = tuple[Any, Any]


@pytest.fixture
def cancer() -> Data:
    features, labels = load_breast_cancer(return_X_y=True)
    return pd.DataFrame(features[:, :4], columns=["a", "b", "c", "d"]), labels


def test_a_booster_is_logged_with_each_iteration(logged: Logged, cancer: Data) -> None:
    trialog.lightgbm.autolog()
    mine: dict[str, Any] = {}
    data = lightgbm.Dataset(*cancer)
    booster = lightgbm.train(
        {"objective": "binary", "metric": ["auc", "binary_logloss"], "num_leaves": 4, "verbose": -1},
        data,
        num_boost_round=5,
        valid_sets=[data],
        valid_names=["seen"],
        callbacks=[lightgbm.record_evaluation(mine)],
    )
    run = logged.run()
    assert (run.data.params["num_leaves"], run.data.params["num_boost_round"]) == ("4", "5")
    points = logged.client.get_metric_history(run.info.run_id, "seen-auc")
    assert [point.value for point in points] == mine["seen"]["auc"]
    importance = json.loads(trialog.load_text(f"runs:/{run.info.run_id}/feature_importance_gain.json"))
    assert list(importance) == ["a", "b", "c", "d"]
    assert len(run.inputs.dataset_inputs) == 1
    [model] = trialog.search_logged_models([logged.experiment_id], output_format="list")
    loaded = trialog.lightgbm.load_model(model.model_uri)
    assert np.array_equal(loaded.predict(cancer[0]), booster.predict(cancer[0]))


def test_a_training_that_stops_early_tells_its_best_iteration(logged: Logged, cancer: Data) -> None:
    trialog.lightgbm.autolog(log_models=False)
    half = len(cancer[1]) // 2
    mine: dict[str, Any] = {}
    train = lightgbm.Dataset(cancer[0][:half], cancer[1][:half])
    booster = lightgbm.train(
        {"objective": "binary", "learning_rate": 0.9, "verbose": -1},
        train,
        num_boost_round=200,
        valid_sets=[lightgbm.Dataset(cancer[0][half:], cancer[1][half:], reference=train)],
        valid_names=["held"],
        callbacks=[lightgbm.early_stopping(2, verbose=False), lightgbm.record_evaluation(mine)],
    )
    run = logged.run()
    losses = mine["held"]["binary_logloss"]
    assert run.data.metrics["best_iteration"] == booster.best_iteration - 1
    assert run.data.metrics["stopped_iteration"] == len(losses) - 1
    assert run.data.metrics["held-binary_logloss"] == losses[booster.best_iteration - 1]
    assert {used.dataset.name for used in run.inputs.dataset_inputs} == {"dataset", "held"}


# The name that the releases before know.
@pytest.mark.filterwarnings("ignore:The argument 'eval_set' is deprecated")
def test_an_estimator_is_one_run_with_its_iterations(logged: Logged, cancer: Data) -> None:
    name = f"cancer-{logged.experiment_id}"
    trialog.autolog(register=name, silent=True)
    estimator = lightgbm.LGBMClassifier(n_estimators=4, verbose=-1)
    estimator.fit(*cancer, eval_set=[cancer], eval_names=["seen"])
    run = logged.run()
    assert run.data.params["n_estimators"] == "4"
    assert run.data.tags["mlflow.autologging"] == "lightgbm"
    points = logged.client.get_metric_history(run.info.run_id, "seen-binary_logloss")
    assert [point.value for point in points] == estimator.evals_result_["seen"]["binary_logloss"]
    [version] = trialog.search_model_versions(filter_string=f"name = '{name}'")
    assert version.run_id == run.info.run_id


def test_disable_gives_everything_back(logged: Logged) -> None:
    before = lightgbm.train, lightgbm.engine.train, lightgbm.LGBMClassifier.fit
    trialog.lightgbm.autolog()
    assert lightgbm.train is not before[0]
    trialog.lightgbm.autolog(disable=True)
    assert (lightgbm.train, lightgbm.engine.train, lightgbm.LGBMClassifier.fit) == before
    assert logged.runs() == []
