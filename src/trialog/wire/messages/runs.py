"""Messages about runs and what is logged to them.

Where a request takes `run_uuid`, the old name of `run_id`, one of the two is enough.
"""

from msgspec import UNSET, UnsetType, field

from trialog.entities import (
    DatasetInput,
    Int64,
    LifecycleStage,
    Metric,
    ModelInput,
    ModelOutput,
    Param,
    RequiredText,
    RunStatus,
    Tag,
    ViewType,
)
from trialog.wire.messages.base import PageSize, RequestMessage, ResponseMessage


class CreateRun(RequestMessage, frozen=True):
    """Begin a run."""

    experiment_id: RequiredText
    user_id: str = ""
    run_name: str | None = None
    start_time: Int64 | UnsetType = UNSET
    tags: list[Tag] = field(default_factory=list)


class GetRun(RequestMessage, frozen=True):
    """Read a run and what was logged to it."""

    run_id: RequiredText
    run_uuid: str | None = None


class UpdateRun(RequestMessage, frozen=True):
    """Change what is given of a run."""

    run_id: RequiredText
    run_uuid: str | None = None
    status: RunStatus | UnsetType = UNSET
    end_time: Int64 | UnsetType = UNSET
    run_name: str | None = None


class SearchRuns(RequestMessage, frozen=True):
    """Find runs."""

    experiment_ids: list[str] = field(default_factory=list)
    filter: str | None = None
    run_view_type: ViewType = ViewType.ACTIVE_ONLY
    max_results: PageSize = 1000
    order_by: list[str] = field(default_factory=list)
    page_token: str | None = None


class DeleteRun(RequestMessage, frozen=True):
    """Put a run into the bin."""

    run_id: RequiredText


class RestoreRun(RequestMessage, frozen=True):
    """Take a run out of the bin."""

    run_id: RequiredText


class LogMetric(RequestMessage, frozen=True):
    """Log one point of a metric."""

    run_id: RequiredText
    key: RequiredText
    value: float
    timestamp: Int64
    step: Int64 = 0
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None
    run_uuid: str | None = None


class LogParam(RequestMessage, frozen=True):
    """Log one param."""

    run_id: RequiredText
    key: RequiredText
    value: str = ""
    run_uuid: str | None = None


class LogBatch(RequestMessage, frozen=True):
    """Log many metrics, params and tags, or none of them."""

    run_id: RequiredText
    metrics: list[Metric] = field(default_factory=list)
    params: list[Param] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)


class SetTag(RequestMessage, frozen=True):
    """Set or overwrite a tag of a run."""

    run_id: RequiredText
    key: RequiredText
    value: str = ""
    run_uuid: str | None = None


class DeleteTag(RequestMessage, frozen=True):
    """Remove a tag of a run."""

    run_id: RequiredText
    key: RequiredText


class LogInputs(RequestMessage, frozen=True):
    """Say which datasets and logged models a run uses."""

    run_id: RequiredText
    datasets: list[DatasetInput] = field(default_factory=list)
    models: list[ModelInput] = field(default_factory=list)


class LogOutputs(RequestMessage, frozen=True):
    """Say which logged models a run made."""

    run_id: RequiredText
    models: list[ModelOutput]


class LogModel(RequestMessage, frozen=True):
    """Describe a model as clients of MLflow 2 do: with its MLmodel content as JSON within a text."""

    run_id: RequiredText
    model_json: RequiredText


class RunInfoMessage(ResponseMessage, frozen=True):
    """What a run is, as answers show it."""

    run_id: str
    run_uuid: str
    experiment_id: str
    run_name: str
    user_id: str
    status: RunStatus
    artifact_uri: str
    lifecycle_stage: LifecycleStage
    start_time: int | None = None
    end_time: int | None = None


class RunDataMessage(ResponseMessage, frozen=True):
    """What was logged to a run."""

    metrics: list[Metric] = field(default_factory=list)
    params: list[Param] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)


class RunInputsMessage(ResponseMessage, frozen=True):
    """What a run used."""

    dataset_inputs: list[DatasetInput] = field(default_factory=list)
    model_inputs: list[ModelInput] = field(default_factory=list)


class RunOutputsMessage(ResponseMessage, frozen=True):
    """What a run made."""

    model_outputs: list[ModelOutput] = field(default_factory=list)


class RunMessage(ResponseMessage, frozen=True):
    """A run as answers show it."""

    info: RunInfoMessage
    data: RunDataMessage
    inputs: RunInputsMessage
    outputs: RunOutputsMessage | UnsetType = UNSET


class RunResponse(ResponseMessage, frozen=True):
    """One run."""

    run: RunMessage


class UpdateRunResponse(ResponseMessage, frozen=True):
    """What the run is after the change."""

    run_info: RunInfoMessage


class SearchRunsResponse(ResponseMessage, frozen=True):
    """One page of runs."""

    runs: list[RunMessage] = field(default_factory=list)
    next_page_token: str | None = None
