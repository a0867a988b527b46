"""What XGBoost trains is logged by itself."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import GridSearchCV

import trialog
import trialog.xgboost
from tests.unit.sdk.autolog.conftest import Logged

xgboost: Any = pytest.importorskip("xgboost", reason="XGBoost is not installed: what it trains cannot be tried out")
Data = tuple[Any, Any]


@pytest.fixture
def cancer() -> Data:
    features, labels = load_breast_cancer(return_X_y=True)
    return pd.DataFrame(features[:, :4], columns=["a", "b", "c", "d"]), labels


def test_a_booster_is_logged_with_each_iteration(logged: Logged, cancer: Data) -> None:
    trialog.xgboost.autolog()
    matrix = xgboost.DMatrix(*cancer)
    mine: dict[str, Any] = {}
    booster = xgboost.train(
        {"max_depth": 2, "objective": "binary:logistic", "eval_metric": ["auc", "logloss"]},
        matrix,
        num_boost_round=5,
        evals=[(matrix, "train")],
        evals_result=mine,
        verbose_eval=False,
    )
    run = logged.run()
    assert (run.data.params["max_depth"], run.data.params["num_boost_round"]) == ("2", "5")
    points = logged.client.get_metric_history(run.info.run_id, "train-logloss")
    assert [point.value for point in points] == mine["train"]["logloss"]
    assert [point.step for point in points] == [0, 1, 2, 3, 4]
    importance = json.loads(trialog.load_text(f"runs:/{run.info.run_id}/feature_importance_weight.json"))
    assert importance == booster.get_score(importance_type="weight")
    [used] = run.inputs.dataset_inputs
    assert used.dataset.digest
    [model] = trialog.search_logged_models([logged.experiment_id], output_format="list")
    loaded = trialog.xgboost.load_model(model.model_uri)
    assert np.array_equal(loaded.predict(matrix), booster.predict(matrix))


@pytest.mark.parametrize("is_callback", [False, True])
def test_a_training_that_stops_early_tells_its_best_iteration(logged: Logged, cancer: Data, is_callback: bool) -> None:
    trialog.xgboost.autolog(log_models=False)
    stop = {"callbacks": [xgboost.callback.EarlyStopping(rounds=2)]} if is_callback else {"early_stopping_rounds": 2}
    half = len(cancer[1]) // 2
    evals = [(xgboost.DMatrix(cancer[0][half:], cancer[1][half:]), "held")]
    mine: dict[str, Any] = {}
    booster = xgboost.train(
        {"max_depth": 6, "eta": 1.0, "objective": "binary:logistic"},
        xgboost.DMatrix(cancer[0][:half], cancer[1][:half]),
        num_boost_round=200,
        evals=evals,
        evals_result=mine,
        verbose_eval=False,
        **stop,
    )
    run = logged.run()
    assert run.data.metrics["best_iteration"] == booster.best_iteration
    assert run.data.metrics["stopped_iteration"] == len(mine["held"]["logloss"]) - 1
    assert run.data.metrics["held-logloss"] == mine["held"]["logloss"][booster.best_iteration]
    assert {used.dataset.name for used in run.inputs.dataset_inputs} == {"dataset", "held"}


def test_an_estimator_is_one_run_with_its_iterations(logged: Logged, cancer: Data) -> None:
    name = f"cancer-{logged.experiment_id}"
    trialog.autolog(register=name, log_input_examples=True)
    estimator = xgboost.XGBClassifier(n_estimators=4, max_depth=2)
    estimator.fit(*cancer, eval_set=[cancer], verbose=False)
    run = logged.run()
    assert run.data.params["n_estimators"] == "4"
    assert run.data.tags["mlflow.autologging"] == "xgboost"
    points = logged.client.get_metric_history(run.info.run_id, "validation_0-logloss")
    assert [point.value for point in points] == estimator.evals_result()["validation_0"]["logloss"]
    loaded = trialog.xgboost.load_model(f"models:/{name}/1")
    assert np.array_equal(loaded.predict_proba(cancer[0]), estimator.predict_proba(cancer[0]))
    assert estimator.callbacks is None


def test_estimators_in_a_search_are_a_part_of_it(logged: Logged, cancer: Data) -> None:
    trialog.autolog(log_models=False, max_tuning_runs=2)
    GridSearchCV(xgboost.XGBClassifier(n_estimators=2), {"max_depth": [1, 2]}, cv=2).fit(*cancer)
    [parent] = logged.tops()
    assert parent.data.tags["estimator_name"] == "GridSearchCV"
    assert len(logged.parts(parent)) == 2


def test_disable_gives_everything_back(logged: Logged) -> None:
    before = xgboost.train, xgboost.sklearn.train, xgboost.XGBClassifier.fit, xgboost.XGBModel.fit
    trialog.xgboost.autolog()
    assert xgboost.train is xgboost.sklearn.train is not before[0]
    trialog.xgboost.autolog(disable=True)
    assert (xgboost.train, xgboost.sklearn.train, xgboost.XGBClassifier.fit, xgboost.XGBModel.fit) == before
    assert logged.runs() == []
