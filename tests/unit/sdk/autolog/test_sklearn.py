"""What scikit-learn trains is logged by itself, and trained as ever."""

import csv
import gc
import io
import json
import pickle
import sys
import warnings
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics
from sklearn.cluster import KMeans
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.decomposition import PCA
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier, StackingClassifier, VotingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.inspection import permutation_importance
from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, cross_val_score
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

import trialog
import trialog.pyfunc
import trialog.sklearn
from tests.unit.sdk.autolog.conftest import Logged
from trialog.errors import InvalidParameter
from trialog.sdk.reports import TrackingWarning

Data = tuple[Any, Any]


@pytest.fixture
def iris() -> Data:
    features, labels = load_iris(return_X_y=True)
    return features, labels


def test_a_fit_is_a_run_with_params_scores_and_data(logged: Logged, iris: Data) -> None:
    trialog.sklearn.autolog(log_models=False)
    estimator = LogisticRegression(max_iter=500, C=0.5).fit(*iris)
    run = logged.run()
    assert run.info.status == "FINISHED"
    assert trialog.active_run() is None
    assert (run.data.params["C"], run.data.params["max_iter"]) == ("0.5", "500")
    assert run.data.metrics["training_score"] == estimator.score(*iris)
    assert run.data.metrics["training_accuracy_score"] == estimator.score(*iris)
    assert run.data.tags["estimator_name"] == "LogisticRegression"
    assert run.data.tags["mlflow.autologging"] == "sklearn"
    [used] = run.inputs.dataset_inputs
    assert json.loads(used.dataset.profile or "") == {"features_shape": [150, 4], "targets_shape": [150]}
    matrix = json.loads(trialog.load_text(f"runs:/{run.info.run_id}/training_confusion_matrix.json"))
    assert sum(sum(row[1:]) for row in matrix["data"]) == 150
    assert {"training_confusion_matrix.png", "estimator.html"} <= logged.files(run)


def test_two_classes_have_curves(logged: Logged) -> None:
    trialog.sklearn.autolog(log_models=False)
    DecisionTreeClassifier(max_depth=2).fit(*load_breast_cancer(return_X_y=True))
    assert {"training_roc_curve.png", "training_precision_recall_curve.png"} <= logged.files(logged.run())


def test_a_regression_has_its_errors(logged: Logged) -> None:
    trialog.sklearn.autolog(log_models=False)
    features, target = load_diabetes(return_X_y=True)
    estimator = LinearRegression().fit(features, target)
    metrics = logged.run().data.metrics
    errors = target - estimator.predict(features)
    assert metrics["training_mean_squared_error"] == pytest.approx(np.mean(errors**2))
    assert metrics["training_root_mean_squared_error"] == pytest.approx(np.sqrt(np.mean(errors**2)))
    assert metrics["training_mean_absolute_error"] == pytest.approx(np.mean(np.abs(errors)))
    assert metrics["training_r2_score"] == metrics["training_score"]


def test_the_model_is_logged_with_its_signature_and_registered(logged: Logged, iris: Data) -> None:
    frame = pd.DataFrame(iris[0], columns=["a", "b", "c", "d"])
    name = f"iris-{logged.experiment_id}"
    trialog.sklearn.autolog(register=name, log_input_examples=True)
    estimator = RandomForestClassifier(n_estimators=3, random_state=1).fit(frame, iris[1])
    run = logged.run()
    [version] = trialog.search_model_versions(filter_string=f"name = '{name}'")
    assert version.run_id == run.info.run_id
    loaded = trialog.sklearn.load_model(f"models:/{name}/1")
    assert np.array_equal(loaded.predict_proba(frame), estimator.predict_proba(frame))
    [model] = trialog.search_logged_models([logged.experiment_id], output_format="list")
    assert {metric.key for metric in model.metrics or []} >= {"training_score"}
    assert "n_estimators" in model.params
    signature = trialog.pyfunc.load_model(model.model_uri).metadata.signature
    assert signature is not None
    assert signature.inputs is not None
    assert signature.inputs.input_names() == ["a", "b", "c", "d"]


def test_a_pipeline_is_one_run_with_the_params_of_its_steps(logged: Logged, iris: Data) -> None:
    trialog.sklearn.autolog(log_models=False)
    make_pipeline(StandardScaler(), PCA(2), LogisticRegression(C=2.0)).fit(*iris)
    run = logged.run()
    assert run.data.params["logisticregression__C"] == "2.0"
    assert run.data.params["pca__n_components"] == "2"


@pytest.mark.parametrize("count", [2, None, 0])
def test_a_search_has_a_run_for_each_of_its_best_candidates(logged: Logged, iris: Data, count: int | None) -> None:
    trialog.sklearn.autolog(log_models=False, max_tuning_runs=count)
    search = GridSearchCV(LogisticRegression(max_iter=500), {"C": [0.01, 0.1, 1.0, 10.0]}, cv=3).fit(*iris)
    [parent] = logged.tops()
    assert parent.data.params["best_C"] == str(search.best_params_["C"])
    assert parent.data.metrics["best_cv_score"] == search.best_score_
    scores = {part.data.params["C"]: part.data.metrics["mean_test_score"] for part in logged.parts(parent)}
    tried = dict(zip(["0.01", "0.1", "1.0", "10.0"], search.cv_results_["mean_test_score"].tolist(), strict=True))
    assert scores == dict(sorted(tried.items(), key=lambda each: -each[1])[: 4 if count is None else count])
    [*rows] = csv.DictReader(io.StringIO(trialog.load_text(f"runs:/{parent.info.run_id}/cv_results.csv")))
    assert [row["param_C"] for row in rows] == ["0.01", "0.1", "1.0", "10.0"]


def test_a_search_logs_its_best_model_too(logged: Logged, iris: Data) -> None:
    trialog.sklearn.autolog(max_tuning_runs=1, silent=True)
    RandomizedSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2, 3]}, n_iter=2, cv=2).fit(*iris)
    models = trialog.search_logged_models([logged.experiment_id], output_format="list")
    assert {model.name for model in models} == {"model", "best_estimator"}


@pytest.mark.parametrize(
    "estimator",
    [
        BaggingClassifier(DecisionTreeClassifier(), n_estimators=4, n_jobs=2),
        VotingClassifier([("a", DecisionTreeClassifier()), ("b", DecisionTreeClassifier(max_depth=1))], n_jobs=2),
        StackingClassifier([("a", DecisionTreeClassifier())], LogisticRegression(max_iter=500), cv=2),
        RandomForestClassifier(n_estimators=4, n_jobs=2),
    ],
)
def test_what_is_trained_inside_of_a_training_is_a_part_of_it(logged: Logged, iris: Data, estimator: Any) -> None:
    import joblib  # type: ignore[import-untyped]  # it carries no types

    trialog.sklearn.autolog(log_models=False)
    with joblib.parallel_backend("threading"):
        estimator.fit(*iris)
    assert logged.run().data.tags["estimator_name"] == type(estimator).__name__


def test_validation_and_preparation_are_no_trainings(logged: Logged, iris: Data) -> None:
    trialog.sklearn.autolog(log_models=False)
    cross_val_score(LogisticRegression(max_iter=500), *iris, cv=3)
    StandardScaler().fit_transform(iris[0])
    assert logged.runs() == []


def test_other_ways_to_train_are_logged_once(logged: Logged, iris: Data) -> None:
    trialog.sklearn.autolog(log_models=False)
    labels = KMeans(3, n_init=1, random_state=0).fit_predict(iris[0])
    reduced = make_pipeline(StandardScaler(), PCA(2)).fit_transform(iris[0])
    assert (labels.shape, reduced.shape) == ((150,), (150, 2))
    assert [run.data.tags["estimator_name"] for run in logged.runs()] == ["KMeans", "Pipeline"]


def test_a_run_of_the_user_is_logged_to_and_left_open(logged: Logged, iris: Data) -> None:
    trialog.sklearn.autolog(log_models=False)
    with trialog.start_run() as run:
        LogisticRegression(max_iter=500).fit(*iris)
        assert trialog.active_run() is run
        trialog.log_metric("mine", 1.0)
    assert {"mine", "training_score"} <= logged.run().data.metrics.keys()


def test_exclusive_leaves_runs_of_the_user_alone(logged: Logged, iris: Data) -> None:
    trialog.sklearn.autolog(log_models=False, exclusive=True)
    with trialog.start_run():
        LogisticRegression(max_iter=500).fit(*iris)
    assert logged.run().data.params == {}


def test_a_fit_that_fails_raises_its_own_error_and_fails_its_run(logged: Logged, iris: Data) -> None:
    trialog.sklearn.autolog()
    with pytest.raises(ValueError, match="max_iter"):
        LogisticRegression(max_iter=-1).fit(*iris)
    assert logged.run().info.status == "FAILED"
    assert trialog.active_run() is None


def test_threads_of_the_user_have_a_run_each(logged: Logged, iris: Data) -> None:
    trialog.sklearn.autolog(log_models=False)
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda depth: DecisionTreeClassifier(max_depth=depth).fit(*iris), [1, 2, 3]))
    assert {run.data.params["max_depth"] for run in logged.runs()} == {"1", "2", "3"}


def test_disable_leaves_nothing_behind(logged: Logged, iris: Data) -> None:
    before = {name: dict(vars(cls)) for name, cls in (("pipeline", Pipeline), ("search", GridSearchCV))}
    conditional = vars(Pipeline)["fit_predict"].fn
    trialog.sklearn.autolog()
    trialog.sklearn.autolog(log_models=False)
    assert vars(Pipeline)["fit"] is not before["pipeline"]["fit"]
    trialog.sklearn.autolog(disable=True)
    assert {name: dict(vars(cls)) for name, cls in (("pipeline", Pipeline), ("search", GridSearchCV))} == before
    assert vars(Pipeline)["fit_predict"].fn is conditional
    LogisticRegression(max_iter=500).fit(*iris)
    assert logged.runs() == []


def test_what_is_there_under_a_condition_only_stays_so(logged: Logged) -> None:
    trialog.sklearn.autolog()
    assert not hasattr(make_pipeline(StandardScaler(), LogisticRegression()), "fit_predict")
    assert logged.runs() == []


def test_what_is_computed_of_predictions_later_is_logged_to_the_run_of_the_training(logged: Logged, iris: Data) -> None:
    trialog.sklearn.autolog(log_input_examples=False)
    tree = DecisionTreeClassifier(max_depth=2).fit(*iris)
    X_held, y_held = iris[0][::2], iris[1][::2]  # noqa: N806  as metrics of MLflow are called after them
    with trialog.start_run():
        predicted = tree.predict(X_held)
        metrics.f1_score(y_held, predicted, average="macro")
        metrics.accuracy_score(y_true=y_held, y_pred=predicted)
        metrics.accuracy_score(iris[1], tree.predict(iris[0]))
        metrics.confusion_matrix(y_held, predicted)
        metrics.log_loss(y_held, tree.predict_proba(X_held.copy()))
        tree.score(X_held, y_held)
        metrics.accuracy_score(y_held, y_held)
    trained, other = logged.runs()
    assert other.data.metrics == {}
    later = {key: value for key, value in trained.data.metrics.items() if not key.startswith("training_")}
    assert later == {
        "f1_score_X_held": metrics.f1_score(y_held, tree.predict(X_held), average="macro"),
        "accuracy_score_X_held": tree.score(X_held, y_held),
        "accuracy_score-2_unknown_dataset": tree.score(*iris),
        "log_loss_unknown_dataset-2": pytest.approx(metrics.log_loss(y_held, tree.predict_proba(X_held))),
        "DecisionTreeClassifier_score_X_held": tree.score(X_held, y_held),
    }
    calls = json.loads(trialog.load_text(f"runs:/{trained.info.run_id}/metric_info.json"))
    assert calls["f1_score_X_held"] == "f1_score(y_true=y_held, y_pred=predicted, average='macro')"
    [model] = trialog.search_logged_models([logged.experiment_id], output_format="list")
    assert "accuracy_score_X_held" in {metric.key for metric in model.metrics or []}


def test_metrics_of_predictions_are_left_alone_where_that_is_asked(logged: Logged, iris: Data) -> None:
    trialog.sklearn.autolog(log_models=False, log_post_training_metrics=False)
    tree = DecisionTreeClassifier(max_depth=2).fit(*iris)
    assert metrics.accuracy_score(iris[1], tree.predict(iris[0])) == tree.score(*iris)
    assert all(key.startswith("training_") for key in logged.run().data.metrics)


def test_what_a_function_deletes_after_a_metric_is_gone(logged: Logged, iris: Data) -> None:
    trialog.sklearn.autolog(log_models=False)
    tree = DecisionTreeClassifier().fit(*iris)
    held = iris[0].copy()
    predicted = tree.predict(held)
    exec("unseen = 1")  # noqa: S102  a name that is in the variables alone
    metrics.accuracy_score(iris[1], predicted)
    watched = weakref.ref(held), weakref.ref(predicted)
    del held, predicted
    if sys.gettrace() is None:
        assert [one() for one in watched] == [None, None]
    seen = locals()
    metrics.accuracy_score(iris[1], tree.predict(iris[0]))
    assert (seen["tree"], seen.get("unseen", 1)) == (tree, 1)
    trialog.flush()
    assert "accuracy_score_held" in logged.run().data.metrics


def test_a_function_may_give_its_arguments_another_meaning(logged: Logged, iris: Data) -> None:
    def predict(*rows: Any, **options: Any) -> Any:
        rows, options = np.array(rows), pd.DataFrame(iris[0])  # type: ignore[assignment]  # as people do
        return tree.predict(options), rows

    trialog.sklearn.autolog(log_models=False)
    tree = DecisionTreeClassifier().fit(*iris)
    predicted, _ = predict(*iris[0])
    metrics.accuracy_score(iris[1], predicted)
    trialog.flush()
    assert logged.run().data.metrics["accuracy_score_options"] == 1


def test_metrics_are_found_by_pickle_also_where_autologging_changed_since(logged: Logged, iris: Data) -> None:
    trialog.sklearn.autolog(log_models=False)
    kept = metrics.f1_score
    trialog.sklearn.autolog()
    scorer = metrics.make_scorer(kept, average="macro")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        search = GridSearchCV(DecisionTreeClassifier(), {"max_depth": [1, 2]}, scoring=scorer).fit(*iris)
    scorer(search, *iris)
    trialog.sklearn.autolog(disable=True)
    names = [name for name in metrics.__all__ if callable(getattr(metrics, name))]
    functions = [getattr(metrics, name) for name in names]
    assert pickle.loads(pickle.dumps(functions)) == functions  # noqa: S301  written the moment before
    assert kept in functions
    assert pickle.loads(pickle.dumps(search)).best_score_ == search.best_score_  # noqa: S301  as above
    # What somebody imported goes on to be logged, and only what he asked for.
    trialog.flush()
    [parent] = logged.tops()
    later = {key for key in parent.data.metrics if key.startswith("f1_score")}
    assert later == {"f1_score_unknown_dataset"}


def test_what_the_library_computes_on_the_way_is_not_logged(logged: Logged, iris: Data) -> None:
    trialog.sklearn.autolog(log_models=False)
    tree = DecisionTreeClassifier().fit(*iris)
    permutation_importance(tree, *iris, n_repeats=2)
    trialog.flush()
    assert all(key.startswith("training_") for key in logged.run().data.metrics)


def test_an_estimator_without_a_hash_is_logged_as_any_other(logged: Logged, iris: Data) -> None:
    class Equal(DecisionTreeClassifier):  # type: ignore[misc]  # the library has no types
        def __eq__(self, other: object) -> bool:
            return self is other

        __hash__ = None  # type: ignore[assignment]  # as a data class has it

    trialog.sklearn.autolog(log_models=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tree = Equal().fit(*iris)
        metrics.accuracy_score(iris[1], tree.predict(iris[0]))
    assert logged.run().info.status == "FINISHED"


def test_an_estimator_is_not_kept_alive(logged: Logged, iris: Data) -> None:
    trialog.sklearn.autolog(log_models=False)
    estimator = DecisionTreeClassifier().fit(*iris)
    watched = weakref.ref(estimator)
    del estimator
    gc.collect()
    assert watched() is None
    assert len(logged.runs()) == 1


def test_a_long_param_is_kept_whole_as_a_file(logged: Logged) -> None:
    trialog.sklearn.autolog(log_models=False)
    words = [f"word{number}" for number in range(2000)]
    texts = ["word1 word2", "word3", "word1"]
    make_pipeline(TfidfVectorizer(vocabulary=words), MultinomialNB()).fit(texts, [0, 1, 0])
    run = logged.run()
    assert "params/tfidfvectorizer__vocabulary.txt" in run.data.params["tfidfvectorizer__vocabulary"]
    kept = trialog.load_text(f"runs:/{run.info.run_id}/params/tfidfvectorizer__vocabulary.txt")
    assert kept == str(words)


@pytest.mark.parametrize(
    "estimator",
    [Lasso(alpha=0.01, copy_X=False), make_pipeline(StandardScaler(copy=False), Lasso(alpha=0.01))],
    ids=["estimator", "step"],
)
def test_an_estimator_that_writes_over_its_data_is_scored_on_what_it_was_given(logged: Logged, estimator: Any) -> None:
    trialog.sklearn.autolog(log_models=False)
    features, target = load_diabetes(return_X_y=True)
    features += 5
    kept = features.copy()
    estimator.fit(np.asfortranarray(features), target)
    assert logged.run().data.metrics["training_score"] == pytest.approx(estimator.score(kept, target))


def test_what_cannot_be_logged_is_told_once_and_trains_on(
    logged: Logged, iris: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    trialog.sklearn.autolog(log_models=False)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no idea")

    monkeypatch.setattr(DecisionTreeClassifier, "predict_proba", fail)
    with pytest.warns(TrackingWarning, match="RuntimeError: no idea"):
        DecisionTreeClassifier().fit(*iris)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert DecisionTreeClassifier().fit(*iris).get_depth() > 1
    assert [run.info.status for run in logged.runs()] == ["FINISHED", "FINISHED"]


def test_silence_leaves_the_filters_of_warnings_as_they_are(logged: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    trialog.sklearn.autolog(log_models=False, silent=True)
    seen: list[object] = []

    def fail(*_: object, **__: object) -> None:
        seen.append(list(warnings.filters))
        raise RuntimeError("no idea")

    monkeypatch.setattr(DecisionTreeClassifier, "predict_proba", fail)
    before = list(warnings.filters)
    DecisionTreeClassifier().fit(*load_iris(return_X_y=True))
    assert seen == [before]
    assert logged.run().info.status == "FINISHED"


@pytest.mark.usefixtures("tracked")
def test_options_that_cannot_be_are_refused() -> None:
    with pytest.raises(InvalidParameter, match="log_everything"):
        trialog.sklearn.autolog(log_everything=True)
    with pytest.raises(InvalidParameter, match="not both"):
        trialog.autolog(register="a", registered_model_name="b")
