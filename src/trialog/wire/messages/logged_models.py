"""Messages about logged models."""

from typing import Annotated

from msgspec import Meta, field

from trialog.entities import (
    DatasetFilter,
    LoggedModelOrder,
    LoggedModelStatus,
    Metric,
    Param,
    RequiredText,
    Tag,
)
from trialog.entities.limits import MAX_PAGE_ITEMS
from trialog.wire.messages.base import RequestMessage, ResponseMessage

DEFAULT_PAGE_SIZE = 100


class CreateLoggedModel(RequestMessage, frozen=True):
    """Begin a logged model."""

    experiment_id: RequiredText
    name: str | None = None
    model_type: str | None = None
    source_run_id: str | None = None
    params: list[Param] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)


class GetLoggedModel(RequestMessage, frozen=True):
    """Read a logged model."""

    model_id: RequiredText
    allow_deleted: bool = False


class FinalizeLoggedModel(RequestMessage, frozen=True):
    """Say whether a logged model's files are all there."""

    model_id: RequiredText
    status: LoggedModelStatus


class DeleteLoggedModel(RequestMessage, frozen=True):
    """Put a logged model into the bin."""

    model_id: RequiredText


class SetLoggedModelTags(RequestMessage, frozen=True):
    """Set or overwrite tags of a logged model."""

    model_id: RequiredText
    tags: list[Tag] = field(default_factory=list)


class DeleteLoggedModelTag(RequestMessage, frozen=True):
    """Remove a tag of a logged model."""

    model_id: RequiredText
    tag_key: RequiredText


class LogLoggedModelParams(RequestMessage, frozen=True):
    """Add params to a logged model."""

    model_id: RequiredText
    params: list[Param] = field(default_factory=list)


class SearchLoggedModels(RequestMessage, frozen=True):
    """Find logged models; a page size of 0 asks for MLflow's own, which is 100."""

    experiment_ids: list[str]
    filter: str | None = None
    datasets: list[DatasetFilter] = field(default_factory=list)
    max_results: Annotated[int, Meta(ge=0, le=MAX_PAGE_ITEMS)] = 50
    order_by: list[LoggedModelOrder] = field(default_factory=list)
    page_token: str | None = None


class LoggedModelInfoMessage(ResponseMessage, frozen=True):
    """What a logged model is, as answers show it."""

    model_id: str
    experiment_id: str
    name: str
    creation_timestamp_ms: int
    last_updated_timestamp_ms: int
    artifact_uri: str
    status: LoggedModelStatus
    model_type: str | None = None
    source_run_id: str | None = None
    tags: list[Tag] = field(default_factory=list)


class LoggedModelDataMessage(ResponseMessage, frozen=True):
    """What was logged to a logged model."""

    params: list[Param] = field(default_factory=list)
    metrics: list[Metric] = field(default_factory=list)


class LoggedModelMessage(ResponseMessage, frozen=True):
    """A logged model as answers show it."""

    info: LoggedModelInfoMessage
    data: LoggedModelDataMessage


class LoggedModelResponse(ResponseMessage, frozen=True):
    """One logged model."""

    model: LoggedModelMessage


class SearchLoggedModelsResponse(ResponseMessage, frozen=True):
    """One page of logged models."""

    models: list[LoggedModelMessage] = field(default_factory=list)
    next_page_token: str | None = None
