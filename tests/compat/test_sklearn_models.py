"""Real scikit-learn models: logged, found in their run, loaded, predicting the same."""

from typing import NamedTuple

import mlflow
import mlflow.pyfunc
import mlflow.sklearn
import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.models import ModelSignature, infer_signature
from mlflow.models.model import ModelInfo
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from tests.compat.reading import outputs_of

# Named, so that the client need not start a second Python to find out what the model needs.
REQUIREMENTS = ["scikit-learn", "numpy"]


class Logged(NamedTuple):
    """A model and where it was logged."""

    estimator: LogisticRegression
    features: pd.DataFrame
    signature: ModelSignature
    run: str
    info: ModelInfo


@pytest.fixture
def logged(experiment: str) -> Logged:
    iris = load_iris(as_frame=True)
    estimator = LogisticRegression(max_iter=500).fit(iris.data, iris.target)
    signature = infer_signature(iris.data, estimator.predict(iris.data))
    with mlflow.start_run() as run:
        info = mlflow.sklearn.log_model(
            estimator,
            name="flowers",
            signature=signature,
            input_example=iris.data[:3],
            params={"max_iter": 500},
            tags={"kind": "linear"},
            pip_requirements=REQUIREMENTS,
        )
    return Logged(estimator, iris.data, signature, run.info.run_id, info)


def test_a_model_predicts_the_same_by_every_address(logged: Logged) -> None:
    expected = logged.estimator.predict_proba(logged.features)
    assert logged.info.model_uri == f"models:/{logged.info.model_id}"
    for address in (logged.info.model_uri, f"runs:/{logged.run}/flowers"):
        loaded = mlflow.sklearn.load_model(address)
        assert np.array_equal(loaded.predict_proba(logged.features), expected)
        assert np.array_equal(loaded.coef_, logged.estimator.coef_)


def test_a_model_is_loaded_as_a_python_function(logged: Logged) -> None:
    loaded = mlflow.pyfunc.load_model(logged.info.model_uri)
    assert np.array_equal(loaded.predict(logged.features), logged.estimator.predict(logged.features))
    assert loaded.metadata.signature == logged.signature
    assert loaded.metadata.model_id == logged.info.model_id
    assert loaded.metadata.run_id == logged.run


def test_a_model_carries_its_signature_and_input_example(logged: Logged) -> None:
    model = mlflow.models.Model.load(logged.info.model_uri)
    assert model.signature == logged.signature
    example = model.load_input_example(logged.info.model_uri)
    pd.testing.assert_frame_equal(example, logged.features[:3])


def test_a_logged_model_knows_its_run_params_and_tags(client: MlflowClient, experiment: str, logged: Logged) -> None:
    model = client.get_logged_model(logged.info.model_id)
    assert (model.name, model.experiment_id, model.source_run_id) == ("flowers", experiment, logged.run)
    assert (model.params, model.tags["kind"], model.status.value) == ({"max_iter": "500"}, "linear", "READY")
    assert {entry.path for entry in client.list_logged_model_artifacts(model.model_id)} >= {"MLmodel", "conda.yaml"}


def test_a_run_knows_its_models(client: MlflowClient, logged: Logged) -> None:
    outputs = outputs_of(client.get_run(logged.run)).model_outputs
    assert [(entry.model_id, entry.step) for entry in outputs] == [(logged.info.model_id, 0)]


def test_the_last_logged_model_is_known(logged: Logged) -> None:
    last = mlflow.last_logged_model()
    assert last is not None
    assert last.model_id == logged.info.model_id


def test_checkpoints_of_one_run_are_ranked_by_their_metric(experiment: str) -> None:
    features, labels = np.arange(20.0).reshape(10, 2), [0] * 5 + [1] * 5
    with mlflow.start_run() as run:
        for step, accuracy in enumerate([0.5, 0.9, 0.7]):
            estimator = LogisticRegression(C=step + 1).fit(features, labels)
            info = mlflow.sklearn.log_model(
                estimator, name=f"checkpoint-{step}", step=step, pip_requirements=REQUIREMENTS
            )
            mlflow.log_metric("accuracy", accuracy, step=step, model_id=info.model_id)
    [best] = mlflow.search_logged_models(
        [experiment],
        f"source_run_id = '{run.info.run_id}'",
        order_by=[{"field_name": "metrics.accuracy", "ascending": False}],
        max_results=1,
        output_format="list",
    )
    assert best.name == "checkpoint-1"
    assert mlflow.sklearn.load_model(best.model_uri).C == 2
    steps = [entry.step for entry in outputs_of(mlflow.get_run(run.info.run_id)).model_outputs]
    assert sorted(steps) == [0, 1, 2]


def test_the_way_of_older_scripts_still_works(experiment: str) -> None:
    """`log_model(model, "model")`, with what the model needs found out by the client."""
    estimator = LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])
    with mlflow.start_run() as run:
        mlflow.sklearn.log_model(estimator, "model")
    loaded = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/model")
    assert list(loaded.predict([[0.5], [2.5]])) == [0, 1]
