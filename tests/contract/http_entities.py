"""MLflow's JSON to entities and back, as the description of the wire has it; independent of `trialog.wire`."""

from collections.abc import Sequence
from typing import Any

import msgspec

from tests.contract.http_connection import Json, number_from_wire, number_to_wire
from trialog.entities import (
    LABEL_TAG,
    Dataset,
    DatasetInput,
    EncodedRun,
    Experiment,
    LifecycleStage,
    LoggedModel,
    LoggedModelStatus,
    Metric,
    ModelInput,
    ModelOutput,
    ModelStage,
    ModelVersion,
    ModelVersionStatus,
    Operation,
    Param,
    PastOccupant,
    RegisteredModel,
    RegisteredModelAlias,
    RegistryMove,
    Run,
    RunInfo,
    RunStatus,
    Tag,
)


def integer(value: object) -> int:
    """A 64-bit integer of an answer: always a number there."""
    assert type(value) is int, f"{value!r} should be a number in an answer"
    return value


def optional_integer(value: object) -> int | None:
    """As `integer`, or None where the answer has none."""
    return None if value is None else integer(value)


def tags_of(items: Sequence[Json]) -> list[Tag]:
    """Tags by key."""
    return sorted((Tag(item["key"], item["value"]) for item in items), key=lambda tag: tag.key)


def params_of(items: Sequence[Json]) -> list[Param]:
    """Params by key."""
    return sorted((Param(item["key"], item["value"]) for item in items), key=lambda param: param.key)


def metric_of(item: Json) -> Metric:
    """One point."""
    return Metric(
        key=item["key"],
        value=number_from_wire(item["value"]),
        timestamp=integer(item["timestamp"]),
        step=integer(item["step"]),
        model_id=item.get("model_id"),
        dataset_name=item.get("dataset_name"),
        dataset_digest=item.get("dataset_digest"),
        run_id=item.get("run_id"),
    )


def experiment_of(item: Json) -> Experiment:
    """An experiment."""
    return Experiment(
        experiment_id=item["experiment_id"],
        name=item["name"],
        artifact_location=item["artifact_location"],
        lifecycle_stage=LifecycleStage(item["lifecycle_stage"]),
        creation_time=integer(item["creation_time"]),
        last_update_time=integer(item["last_update_time"]),
        tags=tags_of(item.get("tags", [])),
    )


def run_info_of(item: Json) -> RunInfo:
    """A run without what was logged to it."""
    assert item["run_uuid"] == item["run_id"], "old clients read run_uuid"
    return RunInfo(
        run_id=item["run_id"],
        experiment_id=item["experiment_id"],
        run_name=item["run_name"],
        user_id=item["user_id"],
        status=RunStatus(item["status"]),
        start_time=optional_integer(item.get("start_time")),
        end_time=optional_integer(item.get("end_time")),
        lifecycle_stage=LifecycleStage(item["lifecycle_stage"]),
        artifact_uri=item["artifact_uri"],
    )


def run_of(item: Json) -> Run:
    """A run with what was logged to it."""
    data: Json = item.get("data", {})
    inputs: Json = item.get("inputs", {})
    outputs: Json = item.get("outputs", {})
    return Run(
        info=run_info_of(item["info"]),
        metrics=sorted(map(metric_of, data.get("metrics", [])), key=lambda metric: metric.key),
        params=params_of(data.get("params", [])),
        tags=tags_of(data.get("tags", [])),
        dataset_inputs=[
            DatasetInput(msgspec.convert(each["dataset"], Dataset), tags_of(each.get("tags", [])))
            for each in inputs.get("dataset_inputs", [])
        ],
        model_inputs=[ModelInput(each["model_id"]) for each in inputs.get("model_inputs", [])],
        model_outputs=[
            ModelOutput(each["model_id"], integer(each.get("step", 0))) for each in outputs.get("model_outputs", [])
        ],
    )


def encoded_run_of(run: Run) -> EncodedRun:
    """A run whose params and tags are JSON."""
    params, tags = (msgspec.json.encode(items).decode() if items else "" for items in (run.params, run.tags))
    return EncodedRun(run.info, run.metrics, params, tags, run.dataset_inputs, run.model_inputs, run.model_outputs)


def logged_model_of(item: Json) -> LoggedModel:
    """A logged model."""
    info: Json = item["info"]
    data: Json = item.get("data", {})
    return LoggedModel(
        model_id=info["model_id"],
        experiment_id=info["experiment_id"],
        name=info["name"],
        artifact_uri=info["artifact_uri"],
        creation_timestamp=integer(info["creation_timestamp_ms"]),
        last_updated_timestamp=integer(info["last_updated_timestamp_ms"]),
        status=LoggedModelStatus(info["status"]),
        model_type=info.get("model_type"),
        source_run_id=info.get("source_run_id"),
        tags=tags_of(info.get("tags", [])),
        params=params_of(data.get("params", [])),
        metrics=[metric_of(each) for each in data.get("metrics", [])],
    )


def pairs_to_wire(items: Sequence[Tag | Param]) -> list[dict[str, str]]:
    """Tags or params of a request."""
    return [{"key": item.key, "value": item.value} for item in items]


def integer_to_wire(value: int | None, *, as_text: bool) -> int | str | None:
    """A 64-bit integer of a request."""
    return str(value) if as_text and value is not None else value


def metric_to_wire(metric: Metric, *, as_text: bool) -> dict[str, Any]:
    """A point of a request."""
    fields = {
        "key": metric.key,
        "value": number_to_wire(metric.value),
        "timestamp": integer_to_wire(metric.timestamp, as_text=as_text),
        "step": integer_to_wire(metric.step, as_text=as_text),
        "model_id": metric.model_id,
        "dataset_name": metric.dataset_name,
        "dataset_digest": metric.dataset_digest,
    }
    return {name: value for name, value in fields.items() if value is not None}


def dataset_input_to_wire(dataset_input: DatasetInput) -> Json:
    """A dataset of a request, and how it was used."""
    return {"dataset": msgspec.to_builtins(dataset_input.dataset), "tags": pairs_to_wire(dataset_input.tags)}


def model_version_of(item: Json) -> ModelVersion:
    """A version; what MLflow's wire does not tell of it stays empty."""
    tags = tags_of(item.get("tags", []))
    assert isinstance(item["version"], str), "versions are text on MLflow's wire"
    return ModelVersion(
        name=item["name"],
        version=int(item["version"]),
        creation_timestamp=integer(item["creation_timestamp"]),
        last_updated_timestamp=integer(item["last_updated_timestamp"]),
        # That nobody gave one is told as an empty one.
        description=item.get("description") or None,
        user_id=item.get("user_id"),
        current_stage=ModelStage(item["current_stage"]),
        source=item["source"],
        storage_location=item["source"],
        run_id=item["run_id"] or None,
        run_link=item["run_link"] or None,
        model_id=None,
        status=ModelVersionStatus(item["status"]),
        status_message=item.get("status_message"),
        label=next((tag.value for tag in tags if tag.key == LABEL_TAG), None),
        tags=tags,
        aliases=item.get("aliases", []),
    )


def registered_model_of(item: Json) -> RegisteredModel:
    """A registered model."""
    return RegisteredModel(
        name=item["name"],
        creation_timestamp=integer(item["creation_timestamp"]),
        last_updated_timestamp=integer(item["last_updated_timestamp"]),
        description=item.get("description"),
        latest_versions=[model_version_of(version) for version in item.get("latest_versions", [])],
        tags=tags_of(item.get("tags", [])),
        aliases=[RegisteredModelAlias(each["alias"], int(each["version"])) for each in item.get("aliases", [])],
    )


def registry_move_of(item: Json) -> RegistryMove:
    """A move of a stage or an alias."""
    return RegistryMove(
        move_id=integer(item["move_id"]),
        change_id=integer(item["change_id"]),
        registered_model_id=integer(item["registered_model_id"]),
        name=item["name"],
        version=optional_integer(item["version"]),
        alias=item["alias"],
        from_stage=_optional_stage(item["from_stage"]),
        to_stage=_optional_stage(item["to_stage"]),
        from_version=optional_integer(item["from_version"]),
        timestamp=integer(item["timestamp"]),
        actor=item["actor"],
        operation=Operation(item["operation"]),
        reason=item["reason"],
        gate=_optional_json(item["gate"]),
    )


def past_occupant_of(item: Json, move: RegistryMove) -> PastOccupant:
    """What was in a stage.

    Args:
        item: As it was answered.
        move: The move that brought it there, as the history tells it.
    """
    told = (item["since"], item["by"], item["reason"], item["operation"], _optional_json(item["gate"]))
    assert told == (move.timestamp, move.actor, move.reason, move.operation.value, move.gate)
    return PastOccupant(item["name"], integer(item["version"]), move)


def _optional_stage(text: str | None) -> ModelStage | None:
    return None if text is None else ModelStage(text)


def _optional_json(value: Json | None) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()
