"""From answers of servers of MLflow to entities."""

from collections.abc import Iterable
from enum import StrEnum
from operator import attrgetter
from typing import TypeVar

from trialog.entities import (
    LABEL_TAG,
    Dataset,
    DatasetInput,
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
    Param,
    RegisteredModel,
    RegisteredModelAlias,
    Run,
    RunInfo,
    RunStatus,
    Tag,
)
from trialog.remote import messages

Choice = TypeVar("Choice", bound=StrEnum)

_by_key = attrgetter("key")


def experiment_of(message: messages.ExperimentMessage) -> Experiment:
    """Return an experiment."""
    return Experiment(
        experiment_id=message.experiment_id,
        name=message.name,
        artifact_location=message.artifact_location,
        lifecycle_stage=_choice(message.lifecycle_stage, LifecycleStage.ACTIVE),
        creation_time=message.creation_time,
        last_update_time=message.last_update_time,
        tags=tags_of(message.tags),
    )


def run_info_of(message: messages.RunInfoMessage) -> RunInfo:
    """Return what a run is."""
    return RunInfo(
        run_id=message.run_id,
        experiment_id=message.experiment_id,
        # Servers of old gave none.
        run_name=message.run_name or message.run_id,
        user_id=message.user_id,
        status=_choice(message.status, RunStatus.RUNNING),
        start_time=message.start_time,
        # Some say 0 while it runs.
        end_time=message.end_time or None,
        lifecycle_stage=_choice(message.lifecycle_stage, LifecycleStage.ACTIVE),
        artifact_uri=message.artifact_uri,
    )


def run_of(message: messages.RunMessage) -> Run:
    """Return a run with what was logged to it."""
    data, inputs = message.data, message.inputs
    return Run(
        info=run_info_of(message.info),
        metrics=sorted(map(metric_of, data.metrics), key=_by_key),
        params=params_of(data.params),
        tags=tags_of(data.tags),
        dataset_inputs=[_dataset_input_of(one) for one in inputs.dataset_inputs],
        model_inputs=[ModelInput(one.model_id) for one in inputs.model_inputs],
        model_outputs=[ModelOutput(one.model_id, one.step) for one in message.outputs.model_outputs],
    )


def runs_of(found: Iterable[messages.RunMessage]) -> list[Run]:
    """Return runs with what was logged to them."""
    return [run_of(one) for one in found]


def metric_of(message: messages.PointMessage) -> Metric:
    """Return a point."""
    return Metric(
        message.key,
        message.value,
        message.timestamp,
        message.step,
        message.model_id,
        message.dataset_name,
        message.dataset_digest,
        message.run_id,
    )


def tags_of(pairs: Iterable[messages.PairMessage]) -> list[Tag]:
    """Return tags by key."""
    return sorted((Tag(pair.key, pair.value) for pair in pairs), key=_by_key)


def params_of(pairs: Iterable[messages.PairMessage]) -> list[Param]:
    """Return params by key."""
    return sorted((Param(pair.key, pair.value) for pair in pairs), key=_by_key)


def logged_model_of(message: messages.LoggedModelMessage) -> LoggedModel:
    """Return a logged model."""
    info, data = message.info, message.data
    return LoggedModel(
        model_id=info.model_id,
        experiment_id=info.experiment_id,
        name=info.name,
        artifact_uri=info.artifact_uri,
        creation_timestamp=info.creation_timestamp_ms,
        last_updated_timestamp=info.last_updated_timestamp_ms,
        status=_choice(info.status, LoggedModelStatus.PENDING),
        model_type=info.model_type,
        source_run_id=info.source_run_id or None,
        tags=tags_of(info.tags),
        params=params_of(data.params),
        metrics=[metric_of(one) for one in data.metrics],
    )


def model_version_of(message: messages.ModelVersionMessage) -> ModelVersion:
    """Return a version."""
    tags = tags_of(message.tags)
    return ModelVersion(
        name=message.name,
        version=int(message.version),
        creation_timestamp=message.creation_timestamp,
        last_updated_timestamp=message.last_updated_timestamp,
        # That nobody gave one is told as an empty one.
        description=message.description or None,
        user_id=message.user_id or None,
        current_stage=_choice(message.current_stage, ModelStage.NONE),
        source=message.source,
        storage_location=message.source,
        run_id=message.run_id or None,
        run_link=message.run_link or None,
        model_id=message.model_id or None,
        status=_choice(message.status, ModelVersionStatus.READY),
        status_message=message.status_message or None,
        label=next((tag.value for tag in tags if tag.key == LABEL_TAG), None),
        tags=tags,
        aliases=sorted(message.aliases),
    )


def registered_model_of(message: messages.RegisteredModelMessage) -> RegisteredModel:
    """Return a registered model."""
    aliases = [RegisteredModelAlias(one.alias, int(one.version)) for one in message.aliases]
    return RegisteredModel(
        name=message.name,
        creation_timestamp=message.creation_timestamp,
        last_updated_timestamp=message.last_updated_timestamp,
        description=message.description or None,
        latest_versions=[model_version_of(one) for one in message.latest_versions],
        tags=tags_of(message.tags),
        aliases=sorted(aliases, key=lambda one: one.alias),
    )


def _dataset_input_of(message: messages.DatasetInputMessage) -> DatasetInput:
    one = message.dataset
    dataset = Dataset(one.name, one.digest, one.source_type, one.source, one.schema, one.profile)
    return DatasetInput(dataset, tags_of(message.tags))


def _choice(text: str, default: Choice) -> Choice:
    """Return what a word means; the default if it is none of this release."""
    try:
        return type(default)(text)
    except ValueError:
        return default
