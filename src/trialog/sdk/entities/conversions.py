"""From messages of the wire to what a client returns."""

from collections.abc import Iterable
from typing import Final

from msgspec import UnsetType

import trialog.entities as entities
import trialog.wire.messages.artifacts as artifacts
from trialog.sdk.entities.dataset import Dataset, DatasetInput
from trialog.sdk.entities.experiment import Experiment
from trialog.sdk.entities.file_info import FileInfo
from trialog.sdk.entities.logged_model import LoggedModel, LoggedModelInput, LoggedModelOutput, LoggedModelStatus
from trialog.sdk.entities.metric import Metric
from trialog.sdk.entities.model_version import ModelVersion
from trialog.sdk.entities.registered_model import RegisteredModel
from trialog.sdk.entities.run import Run, RunData, RunInfo, RunInputs, RunOutputs
from trialog.sdk.entities.tags import InputTag
from trialog.wire.messages.experiments import ExperimentMessage
from trialog.wire.messages.logged_models import LoggedModelMessage
from trialog.wire.messages.model_versions import ModelVersionMessage
from trialog.wire.messages.registered_models import RegisteredModelMessage
from trialog.wire.messages.runs import (
    RunDataMessage,
    RunInfoMessage,
    RunInputsMessage,
    RunMessage,
    RunOutputsMessage,
)

_STATUSES: Final = {
    entities.LoggedModelStatus.PENDING: LoggedModelStatus.PENDING,
    entities.LoggedModelStatus.READY: LoggedModelStatus.READY,
    entities.LoggedModelStatus.UPLOAD_FAILED: LoggedModelStatus.FAILED,
}
_STORED_STATUSES: Final = {shown: stored for stored, shown in _STATUSES.items()}


def stored_model_status(status: LoggedModelStatus | str) -> entities.LoggedModelStatus | None:
    """Return the status of a logged model as requests name it; None if there is no such status.

    Args:
        status: The status, or its name.
    """
    return _STORED_STATUSES.get(LoggedModelStatus(status)) if status in LoggedModelStatus.__members__ else None


def experiment_of(message: ExperimentMessage) -> Experiment:
    """Return an experiment."""
    return Experiment(
        experiment_id=message.experiment_id,
        name=message.name,
        artifact_location=message.artifact_location,
        lifecycle_stage=message.lifecycle_stage.value,
        tags=_by_key(message.tags),
        # MLflow's clients take the zero of old stores for nothing.
        creation_time=message.creation_time or None,
        last_update_time=message.last_update_time or None,
    )


def run_of(message: RunMessage) -> Run:
    """Return a run."""
    outputs = RunOutputsMessage() if isinstance(message.outputs, UnsetType) else message.outputs
    return Run(run_info_of(message.info), _run_data_of(message.data), _run_inputs_of(message.inputs), _outputs(outputs))


def run_info_of(message: RunInfoMessage) -> RunInfo:
    """Return what a run is."""
    return RunInfo(
        run_id=message.run_id,
        experiment_id=message.experiment_id,
        user_id=message.user_id,
        status=message.status.value,
        start_time=message.start_time,
        end_time=message.end_time or None,
        lifecycle_stage=message.lifecycle_stage.value,
        artifact_uri=message.artifact_uri,
        run_name=message.run_name,
    )


def metric_of(message: entities.Metric) -> Metric:
    """Return a point of a metric."""
    return Metric(
        key=message.key,
        value=message.value,
        timestamp=message.timestamp,
        step=message.step,
        model_id=message.model_id,
        dataset_name=message.dataset_name,
        dataset_digest=message.dataset_digest,
        run_id=message.run_id,
    )


def logged_model_of(message: LoggedModelMessage) -> LoggedModel:
    """Return a logged model."""
    info = message.info
    return LoggedModel(
        experiment_id=info.experiment_id,
        model_id=info.model_id,
        name=info.name,
        artifact_location=info.artifact_uri,
        creation_timestamp=info.creation_timestamp_ms,
        last_updated_timestamp=info.last_updated_timestamp_ms,
        model_type=info.model_type or "",
        source_run_id=info.source_run_id or "",
        status=_STATUSES[info.status],
        status_message="",
        tags=_by_key(info.tags),
        params=_by_key(message.data.params),
        metrics=[metric_of(metric) for metric in message.data.metrics],
    )


def registered_model_of(message: RegisteredModelMessage) -> RegisteredModel:
    """Return a registered model."""
    tags = _by_key(message.tags)
    # What tells prompts from models is no tag of the user's.
    tags.pop(entities.PROMPT_TAG, None)
    return RegisteredModel(
        name=message.name,
        creation_timestamp=message.creation_timestamp,
        last_updated_timestamp=message.last_updated_timestamp,
        description=message.description,
        latest_versions=[model_version_of(version) for version in message.latest_versions],
        tags=tags,
        aliases={alias.alias: alias.version for alias in message.aliases},
    )


def model_version_of(message: ModelVersionMessage) -> ModelVersion:
    """Return a version of a registered model."""
    return ModelVersion(
        name=message.name,
        version=message.version,
        creation_timestamp=message.creation_timestamp,
        last_updated_timestamp=message.last_updated_timestamp,
        description=message.description,
        user_id=message.user_id or "",
        current_stage=message.current_stage.value,
        source=message.source,
        run_id=message.run_id,
        status=message.status.value,
        status_message=message.status_message,
        tags=_by_key(message.tags),
        run_link=message.run_link or "",
        aliases=list(message.aliases),
    )


def file_info_of(message: artifacts.FileInfo) -> FileInfo:
    """Return a file or folder of a listing."""
    return FileInfo(
        message.path, message.is_dir, None if isinstance(message.file_size, UnsetType) else message.file_size
    )


def _run_data_of(message: RunDataMessage) -> RunData:
    return RunData(
        {metric.key: metric.value for metric in message.metrics}, _by_key(message.params), _by_key(message.tags)
    )


def _run_inputs_of(message: RunInputsMessage) -> RunInputs:
    return RunInputs(
        [_dataset_input_of(one) for one in message.dataset_inputs],
        [LoggedModelInput(one.model_id) for one in message.model_inputs],
    )


def _outputs(message: RunOutputsMessage) -> RunOutputs:
    return RunOutputs([LoggedModelOutput(one.model_id, one.step) for one in message.model_outputs])


def _dataset_input_of(message: entities.DatasetInput) -> DatasetInput:
    data = message.dataset
    return DatasetInput(
        Dataset(data.name, data.digest, data.source_type, data.source, data.schema, data.profile),
        [InputTag(tag.key, tag.value) for tag in message.tags],
    )


def _by_key(pairs: Iterable[entities.Tag | entities.Param]) -> dict[str, str]:
    return {pair.key: pair.value for pair in pairs}
