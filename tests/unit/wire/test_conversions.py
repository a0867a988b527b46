"""Answers look as MLflow's do."""

import json
import math

import msgspec
import pytest

from trialog.entities import (
    Dataset,
    DatasetInput,
    Experiment,
    LifecycleStage,
    LoggedModel,
    LoggedModelStatus,
    Metric,
    ModelInput,
    ModelOutput,
    Param,
    Run,
    RunInfo,
    RunStatus,
    Tag,
)
from trialog.wire.conversions import (
    experiment_message,
    logged_model_message,
    metric_messages,
    new_run_message,
    run_info_message,
    run_message,
)
from trialog.wire.messages.experiments import SearchExperimentsResponse
from trialog.wire.messages.metrics import GetMetricHistoryBulkResponse, GetMetricHistoryResponse
from trialog.wire.messages.runs import RunResponse, SearchRunsResponse, UpdateRunResponse

INFO = RunInfo("r", "1", "calm-crab-7", "", RunStatus.RUNNING, 5, None, LifecycleStage.ACTIVE, "mlflow-artifacts:/1/r")
INFO_JSON = {
    "run_id": "r",
    "run_uuid": "r",
    "experiment_id": "1",
    "run_name": "calm-crab-7",
    "user_id": "",
    "status": "RUNNING",
    "start_time": 5,
    "artifact_uri": "mlflow-artifacts:/1/r",
    "lifecycle_stage": "active",
}
EMPTY_RUN = Run(INFO, [], [], [], [], [], [])


def as_json(message: object) -> object:
    """Return a message as its reader has it."""
    return json.loads(msgspec.json.encode(message))


def test_a_new_run_has_inputs_but_no_outputs() -> None:
    assert as_json(RunResponse(new_run_message(EMPTY_RUN))) == {"run": {"info": INFO_JSON, "data": {}, "inputs": {}}}


def test_a_run_shows_what_was_logged_to_it() -> None:
    run = Run(
        INFO,
        [Metric("m", 1.0, 7), Metric("n", 0.5, 7, -2, "m-1", "d", "x", "r")],
        [Param("p", "")],
        [Tag("t", "v")],
        [
            DatasetInput(Dataset("d", "x", "local", "{}", "{}"), [Tag("mlflow.data.context", "train")]),
            DatasetInput(Dataset("e", "y", "", "")),
        ],
        [ModelInput("m-0")],
        [ModelOutput("m-1")],
    )

    assert as_json(run_message(run)) == {
        "info": INFO_JSON,
        "data": {
            "metrics": [
                {"key": "m", "value": 1.0, "timestamp": 7, "step": 0},
                {
                    "key": "n",
                    "value": 0.5,
                    "timestamp": 7,
                    "step": -2,
                    "model_id": "m-1",
                    "dataset_name": "d",
                    "dataset_digest": "x",
                    "run_id": "r",
                },
            ],
            "params": [{"key": "p", "value": ""}],
            "tags": [{"key": "t", "value": "v"}],
        },
        "inputs": {
            "dataset_inputs": [
                {
                    "dataset": {"name": "d", "digest": "x", "source_type": "local", "source": "{}", "schema": "{}"},
                    "tags": [{"key": "mlflow.data.context", "value": "train"}],
                },
                {"dataset": {"name": "e", "digest": "y", "source_type": "", "source": ""}},
            ],
            "model_inputs": [{"model_id": "m-0"}],
        },
        "outputs": {"model_outputs": [{"model_id": "m-1", "step": 0}]},
    }


def test_a_changed_run_shows_its_info() -> None:
    assert as_json(UpdateRunResponse(run_info_message(INFO))) == {"run_info": INFO_JSON}


def test_a_search_without_hits_is_an_empty_object() -> None:
    assert as_json(SearchRunsResponse([], None)) == {}
    assert as_json(SearchExperimentsResponse()) == {}
    assert as_json(GetMetricHistoryResponse([])) == {}
    assert as_json(GetMetricHistoryBulkResponse([])) == {"metrics": []}


@pytest.mark.parametrize(("tags", "shown"), [([], {}), ([Tag("k", "")], {"tags": [{"key": "k", "value": ""}]})])
def test_an_experiment_leaves_out_empty_tags(tags: list[Tag], shown: dict[str, object]) -> None:
    experiment = Experiment("1", "a", "s3://b/1", LifecycleStage.DELETED, 5, 6, tags)

    assert as_json(experiment_message(experiment)) == {
        "experiment_id": "1",
        "name": "a",
        "artifact_location": "s3://b/1",
        "lifecycle_stage": "deleted",
        "creation_time": 5,
        "last_update_time": 6,
        **shown,
    }


def test_a_logged_model_shows_info_and_data() -> None:
    model = LoggedModel(
        "m-1", "1", "n", "mlflow-artifacts:/1/models/m-1/artifacts", 5, 6, LoggedModelStatus.READY, None, "r",
        [Tag("t", "v")], [Param("p", "v")], [Metric("m", math.nan, 7, run_id="r")],
    )  # fmt: skip

    assert as_json(logged_model_message(model)) == {
        "info": {
            "model_id": "m-1",
            "experiment_id": "1",
            "name": "n",
            "creation_timestamp_ms": 5,
            "last_updated_timestamp_ms": 6,
            "artifact_uri": "mlflow-artifacts:/1/models/m-1/artifacts",
            "status": "LOGGED_MODEL_READY",
            "source_run_id": "r",
            "tags": [{"key": "t", "value": "v"}],
        },
        "data": {
            "params": [{"key": "p", "value": "v"}],
            "metrics": [{"key": "m", "value": "NaN", "timestamp": 7, "step": 0, "run_id": "r"}],
        },
    }


def test_numbers_json_does_not_have_are_written_as_text() -> None:
    values = [math.nan, math.inf, -math.inf, -0.0, 5e-324, 1.0]
    written = msgspec.json.encode(metric_messages([Metric("m", value, 1) for value in values]))

    assert [metric["value"] for metric in json.loads(written)] == ["NaN", "Infinity", "-Infinity", -0.0, 5e-324, 1.0]
    read_back = msgspec.json.decode(written, type=list[Metric], strict=False)
    assert [metric.value.hex() for metric in read_back] == [value.hex() for value in values]


def test_large_integers_stay_numbers() -> None:
    assert b'"timestamp":9223372036854775807,"step":-9223372036854775808' in msgspec.json.encode(
        Metric("m", 1.0, 2**63 - 1, -(2**63))
    )
