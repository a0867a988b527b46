"""The client on a real server: what it refuses, what it reads page by page, and what it makes of what it is given."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.servers import start_trialog
from trialog.errors import Conflict, InvalidParameter, ResourceAlreadyExists, ResourceNotFound, TrialogError
from trialog.sdk.client import Client
from trialog.sdk.client_parts import logging as logging_part
from trialog.sdk.entities import (
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModelInput,
    LoggedModelOutput,
    Metric,
    Param,
    RunStatus,
    RunTag,
)
from trialog.sdk.tracking_uri import close_transports
from trialog.tracking import MlflowClient


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with start_trialog(tmp_path_factory.mktemp("server")) as server:
        yield Client(server.url)
    close_transports()


@pytest.fixture
def experiment(client: Client, request: pytest.FixtureRequest) -> str:
    return client.create_experiment(request.node.name)


@pytest.fixture
def run(client: Client, experiment: str) -> str:
    return client.create_run(experiment).info.run_id


def test_the_client_has_the_name_that_mlflow_gives_it(client: Client) -> None:
    assert MlflowClient is Client
    assert MlflowClient(client.tracking_uri).tracking_uri == client.tracking_uri


def test_what_is_not_there_is_an_error_that_says_so(client: Client, run: str) -> None:
    for ask, code in (
        (lambda: client.get_run("0" * 32), "run.not_found"),
        (lambda: client.get_experiment("999"), "experiment.not_found"),
        (lambda: client.get_registered_model("nobody"), "registered_model.not_found"),
        (lambda: client.get_logged_model("m-0"), "logged_model.not_found"),
        (lambda: client.delete_tag(run, "nothing"), "tag.not_found"),
    ):
        with pytest.raises(ResourceNotFound, match=r"\w") as caught:
            ask()
        assert caught.value.code == code


def test_what_is_wrong_changes_nothing_and_is_told(client: Client, run: str) -> None:
    client.log_param(run, "a", 1)
    half: Any = 1.5
    wrong: list[tuple[Any, type[TrialogError], str]] = [
        (lambda: client.log_param(run, "a", 2), InvalidParameter, "already logged"),
        (lambda: client.log_metric(run, "m", "high"), InvalidParameter, "must be a number"),
        (lambda: client.log_metric(run, "m", 1, step=half), InvalidParameter, "whole number"),
        (lambda: client.log_batch(run, [Metric("", 1.0, 1, 0)]), InvalidParameter, "key"),
        (lambda: client.search_runs("0", "metrics.f1 >"), InvalidParameter, "ends"),
        (lambda: client.search_runs("0", run_view_type=7), InvalidParameter, "'7' is no view"),
        (lambda: client.update_run(run, "DONE"), InvalidParameter, "'DONE' is no status"),
        (lambda: client.create_experiment("Default"), ResourceAlreadyExists, "Default"),
        (lambda: client.finalize_logged_model("m-0", "DONE"), InvalidParameter, "Say READY or FAILED"),
        (lambda: client.search_logged_models(["0"], order_by=[{"name": "x"}]), InvalidParameter, "field_name"),
        (lambda: client.update_model_version("m", 1), InvalidParameter, "give a description"),
        (lambda: client.set_model_version_tag("m", key="k"), InvalidParameter, "either by `version` or by `stage`"),
        (lambda: client.copy_model_version("runs:/a/b", "m"), InvalidParameter, "names no version"),
        (lambda: client.copy_model_version("models:/m-1", "m"), InvalidParameter, "names no version"),
    ]
    for ask, kind, sentence in wrong:
        with pytest.raises(kind, match=sentence):
            ask()
    data = client.get_run(run).data
    assert (data.metrics, data.params) == ({}, {"a": "1"})


def test_numbers_of_other_libraries_are_kept_as_they_are(client: Client, run: str) -> None:
    values = {
        "float32": np.float32(0.1),
        "array": np.array([[2.5]]),
        "int": np.int64(7),
        "truth": True,
        "nan": np.nan,
        "zero": -0.0,
    }
    timestamp: Any = np.int64(5)
    step: Any = np.int32(3)
    for key, value in values.items():
        client.log_metric(run, key, value, timestamp=timestamp, step=step)
    metrics = client.get_run(run).data.metrics
    assert metrics["float32"] == float(np.float32(0.1))
    assert (metrics["array"], metrics["int"], metrics["truth"]) == (2.5, 7.0, 1.0)
    assert math.isnan(metrics["nan"])
    assert math.copysign(1, metrics["zero"]) == -1
    assert client.get_metric_history(run, "int") == [Metric("int", 7.0, 5, 3)]


def test_a_batch_of_any_size_arrives(client: Client, run: str) -> None:
    assert (
        client.log_batch(
            run,
            [Metric("m", float(step), step, step) for step in range(2345)],
            [Param(f"p{index}", index) for index in range(250)],  # type: ignore[arg-type]  # what is no text becomes it
            [RunTag(f"t{index}", "v") for index in range(130)],
        )
        is None
    )
    data = client.get_run(run).data
    assert data.metrics == {"m": 2344.0}
    assert data.params == {f"p{index}": str(index) for index in range(250)}
    assert {key for key in data.tags if key.startswith("t")} == {f"t{index}" for index in range(130)}
    client.log_batch(run)


def test_a_history_is_read_page_by_page(client: Client, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client.log_batch(run, [Metric("m", float(step), step, step) for step in range(25)])
    monkeypatch.setattr(logging_part, "_HISTORY_PAGE", 10)
    history = client.get_metric_history(run, "m")
    assert [point.step for point in history] == list(range(25))
    assert history.token is None


def test_calls_that_are_asked_not_to_wait_can_be_waited_for(client: Client, run: str) -> None:
    for operations in (
        client.log_metric(run, "m", 1, synchronous=False),
        client.set_tag(run, "t", None, synchronous=False),
        client.log_batch(run, tags=[RunTag("u", "v")], synchronous=False),
    ):
        assert operations is not None
        operations.wait()
    assert client.log_param(run, "p", 0.5) == 0.5
    assert client.get_run(run).data.tags["t"] == "None"


def test_a_run_goes_its_way(client: Client, experiment: str) -> None:
    made = client.create_run(experiment, 0, {"mlflow.user": "ann", "n": 1}, "first")
    assert (made.info.start_time, made.info.user_id, made.info.run_name) == (0, "ann", "first")
    assert made.info.run_uuid == made.info.run_id
    assert dict(made.info)["status"] == "RUNNING"
    assert made.to_dictionary()["data"]["tags"]["n"] == "1"
    run_id = made.info.run_id
    client.update_run(run_id)
    client.update_run(run_id, name="second")
    assert client.get_run(run_id).info.status == "RUNNING"
    client.update_run(run_id, RunStatus.SCHEDULED)
    client.set_terminated(run_id, RunStatus.to_string(RunStatus.KILLED), 17)
    info = client.get_run(run_id).info
    assert (info.run_name, info.status, info.end_time) == ("second", "KILLED", 17)
    client.set_terminated(run_id)
    info = client.get_run(run_id).info
    assert info.status == "FINISHED"
    assert info.end_time is not None
    assert info.end_time > 17
    client.delete_run(run_id)
    assert client.get_run(run_id).info.lifecycle_stage == "deleted"
    client.restore_run(run_id)
    assert client.search_runs(experiment)[0].info == client.get_run(run_id).info


def test_inputs_and_outputs_come_back_as_they_were_said(client: Client, experiment: str, run: str) -> None:
    used = DatasetInput(Dataset("d", "1", "local", "{}", None, "{}"), [InputTag("mlflow.data.context", "test")])
    model = client.create_logged_model(experiment)
    client.log_inputs(run, [used], [LoggedModelInput(model.model_id)])
    client.log_outputs(run, [LoggedModelOutput(model.model_id, 2)])
    stored = client.get_run(run)
    assert stored.inputs.dataset_inputs == [used]
    assert used.to_dictionary()["tags"] == {"mlflow.data.context": "test"}
    assert stored.inputs.model_inputs == [LoggedModelInput(model.model_id)]
    assert stored.outputs.model_outputs == [LoggedModelOutput(model.model_id, 2)]


def test_what_is_in_production_is_not_deleted(client: Client) -> None:
    client.create_registered_model("guarded")
    client.create_model_version("guarded", "s3://bucket/model")
    client.transition_model_version_stage("guarded", 1, "Production")
    with pytest.raises(Conflict, match="Production"):
        client.delete_model_version("guarded", 1)
    with pytest.raises(Conflict, match="Production"):
        client.delete_registered_model("guarded")
    with pytest.raises(ResourceNotFound, match="in the stage 'Staging'"):
        client.set_model_version_tag("guarded", key="k", value="v", stage="Staging")


def test_a_registry_may_be_elsewhere(client: Client, tmp_path: Path) -> None:
    with start_trialog(tmp_path) as other:
        both = Client(client.tracking_uri, other.url)
        both.create_registered_model("only there")
        both.create_model_version("only there", "s3://bucket/model")
        both.create_experiment("only here")
        elsewhere = Client(other.url)
        assert elsewhere.get_model_version("only there", 1).source == "s3://bucket/model"
        assert elsewhere.get_experiment_by_name("only here") is None
    with pytest.raises(ResourceNotFound, match="only there"):
        client.get_registered_model("only there")


def test_files_of_logged_models(client: Client, experiment: str, tmp_path: Path) -> None:
    model = client.create_logged_model(experiment)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "x.txt").write_text("x", encoding="utf-8")
    client.log_model_artifacts(model.model_id, str(tmp_path))
    client.log_model_artifact(model.model_id, str(tmp_path / "sub" / "x.txt"), "deep")
    files = client.list_logged_model_artifacts(model.model_id)
    assert [(file.path, file.is_dir, file.file_size) for file in files] == [("deep", True, None), ("sub", True, None)]
    [file] = client.list_logged_model_artifacts(model.model_id, "deep")
    assert (file.path, file.file_size) == ("deep/x.txt", 1)
