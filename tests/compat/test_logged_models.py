"""Logged models: MLflow 3 stores a model beside runs, with params, tags and metrics of its own."""

from pathlib import Path
from typing import NamedTuple

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.entities import LoggedModel, LoggedModelOutput, LoggedModelStatus, Metric
from mlflow.entities.dataset import Dataset
from mlflow.entities.dataset_input import DatasetInput
from mlflow.entities.logged_model_input import LoggedModelInput

from tests.compat.reading import inputs_of, outputs_of
from tests.compat.refusals import refused


def test_a_created_model_is_pending_and_read_back(client: MlflowClient, experiment: str, run: str) -> None:
    created = client.create_logged_model(
        experiment, name="forest", source_run_id=run, tags={"k": "v"}, params={"depth": "3"}, model_type="Classifier"
    )
    model = client.get_logged_model(created.model_id)
    assert (model.name, model.experiment_id, model.source_run_id) == ("forest", experiment, run)
    assert (model.model_type, model.status) == ("Classifier", LoggedModelStatus.PENDING)
    assert (model.params, model.tags["k"]) == ({"depth": "3"}, "v")
    assert model.artifact_location == f"mlflow-artifacts:/{experiment}/models/{model.model_id}/artifacts"
    assert model.model_id.startswith("m-")
    assert model.creation_timestamp == created.creation_timestamp > 1_600_000_000_000


def test_a_model_without_a_name_is_given_one(client: MlflowClient, experiment: str) -> None:
    created = client.create_logged_model(experiment)
    assert client.get_logged_model(created.model_id).name == created.name != ""


@pytest.mark.parametrize("status", ["READY", "FAILED"])
def test_a_model_is_finalized(client: MlflowClient, experiment: str, status: str) -> None:
    created = client.create_logged_model(experiment, name="forest")
    client.finalize_logged_model(created.model_id, LoggedModelStatus(status))
    model = client.get_logged_model(created.model_id)
    assert model.status == LoggedModelStatus(status)
    assert model.last_updated_timestamp >= created.last_updated_timestamp


def test_a_model_is_made_by_the_fluent_api(experiment: str) -> None:
    with mlflow.start_run() as run:
        model = mlflow.initialize_logged_model("net", params={"layers": "3"}, tags={"k": "v"})
        mlflow.finalize_logged_model(model.model_id, "READY")
    stored = mlflow.get_logged_model(model.model_id)
    assert (stored.name, stored.source_run_id, stored.status.value) == ("net", run.info.run_id, "READY")
    assert stored.params == {"layers": "3"}


def test_a_model_kept_elsewhere_is_ready_at_once(experiment: str) -> None:
    model = mlflow.create_external_model("elsewhere", model_type="agent")
    stored = mlflow.get_logged_model(model.model_id)
    assert (stored.status, stored.model_type) == (LoggedModelStatus.READY, "agent")


def test_model_tags_are_set_replaced_and_deleted(client: MlflowClient, experiment: str) -> None:
    model_id = client.create_logged_model(experiment).model_id
    client.set_logged_model_tags(model_id, {"owner": "Анна", "gone": "1"})
    client.set_logged_model_tags(model_id, {"owner": "Борис"})
    client.delete_logged_model_tag(model_id, "gone")
    tags = client.get_logged_model(model_id).tags
    assert tags["owner"] == "Борис"
    assert "gone" not in tags


def test_a_tag_a_model_has_not_cannot_be_deleted(client: MlflowClient, experiment: str) -> None:
    model_id = client.create_logged_model(experiment).model_id
    with refused("RESOURCE_DOES_NOT_EXIST", "nothing"):
        client.delete_logged_model_tag(model_id, "nothing")


def test_params_are_added_to_a_model(client: MlflowClient, experiment: str) -> None:
    model_id = client.create_logged_model(experiment, params={"depth": "3"}).model_id
    client.log_model_params(model_id, {f"p{number}": str(number) for number in range(150)})
    expected = {"depth": "3"} | {f"p{number}": str(number) for number in range(150)}
    assert client.get_logged_model(model_id).params == expected


def test_a_deleted_model_is_gone(client: MlflowClient, experiment: str) -> None:
    model_id = client.create_logged_model(experiment).model_id
    client.delete_logged_model(model_id)
    with refused("RESOURCE_DOES_NOT_EXIST", model_id):
        client.get_logged_model(model_id)
    assert client.search_logged_models([experiment]) == []


def test_an_unknown_model_is_reported(client: MlflowClient) -> None:
    nobody = "m-" + "0" * 32
    with refused("RESOURCE_DOES_NOT_EXIST", nobody):
        client.get_logged_model(nobody)
    with refused("RESOURCE_DOES_NOT_EXIST", nobody):
        client.finalize_logged_model(nobody, LoggedModelStatus.READY)


def test_a_wrong_model_name_is_refused(client: MlflowClient, experiment: str) -> None:
    with refused("INVALID_PARAMETER_VALUE", "a/b"):
        client.create_logged_model(experiment, name="a/b")


def test_metrics_belong_to_a_model(client: MlflowClient, experiment: str, run: str) -> None:
    model_id = client.create_logged_model(experiment, source_run_id=run).model_id
    client.log_metric(run, "auc", 0.5, timestamp=10, step=1, model_id=model_id)
    client.log_metric(run, "auc", 0.75, timestamp=20, step=2, model_id=model_id)
    client.log_metric(run, "loss", 0.25, timestamp=20, model_id=model_id, dataset_name="test", dataset_digest="d1")
    client.log_metric(run, "other", 1.0, timestamp=20)
    metrics = client.get_logged_model(model_id).metrics or []
    found = sorted((metric.key, metric.step, metric.value, metric.timestamp, metric.run_id) for metric in metrics)
    assert found == [("auc", 1, 0.5, 10, run), ("auc", 2, 0.75, 20, run), ("loss", 0, 0.25, 20, run)]
    [loss] = [metric for metric in metrics if metric.key == "loss"]
    assert (loss.dataset_name, loss.dataset_digest) == ("test", "d1")
    assert client.get_run(run).data.metrics == {"auc": 0.75, "loss": 0.25, "other": 1.0}


def test_a_batch_of_metrics_belongs_to_a_model(client: MlflowClient, experiment: str) -> None:
    model_id = client.create_logged_model(experiment).model_id
    with mlflow.start_run():
        mlflow.log_metrics({"auc": 0.5, "loss": 0.25}, step=3, model_id=model_id)
    metrics = client.get_logged_model(model_id).metrics or []
    assert sorted((metric.key, metric.value, metric.step) for metric in metrics) == [("auc", 0.5, 3), ("loss", 0.25, 3)]


def test_models_are_inputs_and_outputs_of_runs(client: MlflowClient, experiment: str, run: str) -> None:
    made, used = (client.create_logged_model(experiment).model_id for _ in range(2))
    client.log_inputs(run, models=[LoggedModelInput(used)])
    client.log_outputs(run, [LoggedModelOutput(made, step=7)])
    stored = client.get_run(run)
    assert [entry.model_id for entry in inputs_of(stored).model_inputs] == [used]
    assert [(entry.model_id, entry.step) for entry in outputs_of(stored).model_outputs] == [(made, 7)]


def test_model_artifacts_go_up_and_are_listed(client: MlflowClient, experiment: str, tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"\x00\x01\x02")
    model_id = client.create_logged_model(experiment).model_id
    client.log_model_artifact(model_id, str(tmp_path / "weights.bin"))
    client.log_model_artifact(model_id, str(tmp_path / "weights.bin"), "deep/er")
    client.finalize_logged_model(model_id, LoggedModelStatus.READY)
    listed = [(entry.path, entry.is_dir) for entry in client.list_logged_model_artifacts(model_id)]
    assert listed == [("deep", True), ("weights.bin", False)]
    local = Path(mlflow.artifacts.download_artifacts(f"models:/{model_id}"))
    assert (local / "weights.bin").read_bytes() == (local / "deep/er/weights.bin").read_bytes() == b"\x00\x01\x02"


class Shelf(NamedTuple):
    """Four models `a` to `d` with params, tags and an accuracy on two data sets."""

    experiment: str
    run: str


@pytest.fixture
def shelf(client: MlflowClient, experiment: str, run: str) -> Shelf:
    for number, name in enumerate("abcd"):
        model_id = client.create_logged_model(
            experiment,
            name=name,
            source_run_id=run,
            model_type="tree" if number < 2 else "net",
            params={"depth": str(number), "kind": f"Kind-{name}"},
            tags={"owner": "anna" if number % 2 else "boris"},
        ).model_id
        # MLflow's store refuses two data sets' values at one time and step.
        for time, dataset, accuracy in ((1, "train", 0.9 - number / 10), (2, "test", 0.5 + number / 10)):
            metric = Metric(
                "accuracy", accuracy, time, 0, model_id=model_id, dataset_name=dataset, dataset_digest="1", run_id=run
            )
            client.log_batch(run, [metric])
        if number:
            client.finalize_logged_model(model_id, LoggedModelStatus.READY)
    client.log_inputs(run, [DatasetInput(Dataset("train", "1", "local", "{}"))])
    return Shelf(experiment, run)


def _names(models: list[LoggedModel]) -> str:
    return "".join(model.name for model in models)


BY_NAME = [{"field_name": "name", "ascending": True}]


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("", "abcd"),
        ("name = 'b'", "b"),
        ("name != 'b'", "acd"),
        ("name LIKE '%'", "abcd"),
        ("name IN ('a', 'd')", "ad"),
        ("attributes.model_type = 'tree'", "ab"),
        ("params.depth = '2'", "c"),
        ("params.kind ILIKE 'kind-%'", "abcd"),
        ("params.kind LIKE 'kind-%'", ""),
        ("tags.owner = 'anna'", "bd"),
        ("tags.owner != 'anna'", "ac"),
        ("metrics.accuracy > 0.85", "a"),
        ("creation_timestamp > 0", "abcd"),
        ("tags.owner = 'anna' AND model_type = 'net'", "d"),
    ],
)
def test_models_are_searched(client: MlflowClient, shelf: Shelf, condition: str, names: str) -> None:
    assert _names(client.search_logged_models([shelf.experiment], condition, order_by=BY_NAME)) == names


def test_models_are_searched_by_a_metric_on_one_data_set(client: MlflowClient, shelf: Shelf) -> None:
    on_test = [{"dataset_name": "test", "dataset_digest": "1"}]
    found = client.search_logged_models([shelf.experiment], "metrics.accuracy > 0.65", on_test, order_by=BY_NAME)
    assert _names(found) == "cd"


def test_models_are_found_by_their_run(client: MlflowClient, shelf: Shelf) -> None:
    found = client.search_logged_models([shelf.experiment], f"source_run_id = '{shelf.run}'", order_by=BY_NAME)
    assert _names(found) == "abcd"


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ([], "dcba"),
        ([{"field_name": "creation_timestamp", "ascending": True}], "abcd"),
        ([{"field_name": "name", "ascending": False}], "dcba"),
        ([{"field_name": "metrics.accuracy", "dataset_name": "test", "dataset_digest": "1"}], "abcd"),
        ([{"field_name": "metrics.accuracy", "dataset_name": "train", "ascending": False}], "abcd"),
    ],
    ids=str,
)
def test_models_are_ordered(client: MlflowClient, shelf: Shelf, order: list[dict[str, str | bool]], names: str) -> None:
    assert _names(client.search_logged_models([shelf.experiment], order_by=order)) == names


def test_models_are_read_page_by_page(client: MlflowClient, shelf: Shelf) -> None:
    first = client.search_logged_models([shelf.experiment], max_results=3, order_by=BY_NAME)
    assert first.token
    second = client.search_logged_models([shelf.experiment], max_results=3, order_by=BY_NAME, page_token=first.token)
    assert not second.token
    assert (_names(first), _names(second)) == ("abc", "d")


def test_models_become_a_pandas_frame(shelf: Shelf) -> None:
    frame = mlflow.search_logged_models([shelf.experiment], order_by=BY_NAME)
    assert list(frame["name"]) == ["a", "b", "c", "d"]
    assert list(frame["source_run_id"]) == [shelf.run] * 4


def test_a_wrong_model_filter_is_refused(client: MlflowClient, experiment: str) -> None:
    with refused("INVALID_PARAMETER_VALUE", "."):
        client.search_logged_models([experiment], "colours.a = 'red'")
