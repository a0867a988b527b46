"""A study is a run, and each of its trials a run inside it."""

import json
import math
from typing import Any

import pytest

import trialog
import trialog.optuna
from tests.unit.sdk.autolog.conftest import Logged

optuna: Any = pytest.importorskip("optuna", reason="Optuna is not installed: what it tries cannot be tried out")
optuna.logging.set_verbosity(optuna.logging.WARNING)


def objective(trial: Any) -> float:
    place = trial.suggest_float("place", -1, 1)
    if trial.number == 1:
        raise optuna.TrialPruned
    for step in range(3):
        trial.report(place**2 + 2 - step, step)
    trial.set_user_attr("note", "seen")
    return float(place**2)


def test_each_trial_is_a_run_inside_the_study(logged: Logged) -> None:
    trialog.autolog()
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    study.optimize(objective, n_trials=4)
    [parent] = logged.tops()
    parts = logged.parts(parent)
    assert parent.info.status == "FINISHED"
    assert parent.data.metrics["best_value"] == study.best_value
    assert parent.data.params["best_place"] == str(study.best_params["place"])
    assert parent.data.params["sampler"] == "RandomSampler"
    assert [part.info.status for part in parts] == ["FINISHED", "KILLED", "FINISHED", "FINISHED"]
    assert [part.data.params["place"] for part in parts] == [str(trial.params["place"]) for trial in study.trials]
    assert parts[0].data.metrics["value"] == study.trials[0].value
    assert parts[0].data.tags["optuna.note"] == "seen"
    points = logged.client.get_metric_history(parts[0].info.run_id, "intermediate_value")
    assert {point.step: point.value for point in points} == study.trials[0].intermediate_values
    assert len(json.loads(trialog.load_text(f"runs:/{parent.info.run_id}/trials.json"))) == 4


def test_trials_in_threads_are_parts_of_the_same_study(logged: Logged) -> None:
    trialog.autolog()
    with trialog.start_run() as run:
        optuna.create_study().optimize(lambda trial: trial.suggest_float("place", 0, 1), n_trials=6, n_jobs=3)
        assert trialog.active_run() is run
    [parent] = logged.tops()
    assert parent.info.run_id == run.info.run_id
    assert len({part.data.metrics["value"] for part in logged.parts(parent)}) == 6


def test_what_is_trained_in_a_trial_is_logged_to_its_run(logged: Logged) -> None:
    from sklearn.datasets import load_iris
    from sklearn.tree import DecisionTreeClassifier

    trialog.autolog(log_models=False)
    data = load_iris(return_X_y=True)

    def train(trial: Any) -> float:
        tree = DecisionTreeClassifier(max_depth=trial.suggest_int("max_depth", 1, 3))
        return float(tree.fit(*data).score(*data))

    optuna.create_study(direction="maximize").optimize(train, n_trials=2)
    [parent] = logged.tops()
    for part in logged.parts(parent):
        assert part.data.metrics["training_score"] == part.data.metrics["value"]
    assert len(logged.runs()) == 3


def test_a_trial_that_fails_is_a_failed_run_and_raises_what_it_raised(logged: Logged) -> None:
    trialog.autolog()

    def fail(trial: Any) -> float:
        raise ZeroDivisionError(f"in {trial.number}")

    study = optuna.create_study()
    with pytest.raises(ZeroDivisionError, match="in 0"):
        study.optimize(fail, n_trials=1)
    study.optimize(fail, n_trials=1, catch=(ZeroDivisionError,))
    study.optimize(lambda _: math.nan, n_trials=1)
    assert [run.info.status for run in logged.tops()] == ["FAILED", "FINISHED", "FINISHED"]
    assert {part.info.status for top in logged.tops() for part in logged.parts(top)} == {"FAILED"}
    assert trialog.active_run() is None


def test_trials_that_are_asked_for_and_told_are_runs_when_they_are_told(logged: Logged) -> None:
    trialog.optuna.autolog()
    study = optuna.create_study()
    with trialog.start_run() as around:
        for state in (None, optuna.trial.TrialState.PRUNED, optuna.trial.TrialState.FAIL):
            trial = study.ask()
            place = trial.suggest_float("place", -1, 1)
            trial.report(place + 1, 0)
            study.tell(trial, place if state is None else None, state)
            study.tell(trial.number, place, skip_if_finished=True)
    last = study.ask({"place": optuna.distributions.FloatDistribution(-1, 1)})
    study.tell(last.number, 0.5)
    assert trialog.active_run() is None
    parent, alone = logged.tops()
    parts = logged.parts(parent)
    assert parent.info.run_id == around.info.run_id
    assert [part.info.status for part in parts] == ["FINISHED", "KILLED", "FAILED"]
    assert [part.data.params["place"] for part in parts] == [str(one.params["place"]) for one in study.trials[:3]]
    assert [part.data.metrics["intermediate_value"] for part in parts] == [
        one.intermediate_values[0] for one in study.trials[:3]
    ]
    assert parent.data.metrics == {"trial_value": study.trials[0].value}
    assert (alone.data.metrics, alone.data.tags["optuna.study"]) == ({"value": 0.5}, study.study_name)


def test_a_trial_that_cannot_be_told_raises_as_ever(logged: Logged) -> None:
    trialog.optuna.autolog()
    study = optuna.create_study()
    with pytest.raises(ValueError, match="7"):
        study.tell(7, 0.5)
    with pytest.raises(TypeError, match="trial"):
        study.tell("seven", 0.5, skip_if_finished=True)
    assert logged.runs() == []


def test_two_goals_have_a_value_each(logged: Logged) -> None:
    trialog.autolog()
    study = optuna.create_study(directions=["minimize", "maximize"])
    study.optimize(lambda trial: (trial.suggest_float("x", 0, 1), 2.0), n_trials=1)
    [parent] = logged.tops()
    [part] = logged.parts(parent)
    assert part.data.metrics == {"value_0": study.trials[0].values[0], "value_1": 2.0}


def test_disable_gives_optimize_back(logged: Logged) -> None:
    before = optuna.study.Study.optimize
    trialog.autolog()
    assert optuna.study.Study.optimize is not before
    trialog.autolog(disable=True)
    assert optuna.study.Study.optimize is before
    assert logged.runs() == []
