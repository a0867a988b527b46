"""Messages about experiments."""

from msgspec import field

from trialog.entities import LifecycleStage, RequiredText, Tag, ViewType
from trialog.wire.messages.base import PageSize, RequestMessage, ResponseMessage


class CreateExperiment(RequestMessage, frozen=True):
    """Make an experiment."""

    name: RequiredText
    artifact_location: str | None = None
    tags: list[Tag] = field(default_factory=list)


class GetExperiment(RequestMessage, frozen=True):
    """Read an experiment."""

    experiment_id: RequiredText


class GetExperimentByName(RequestMessage, frozen=True):
    """Read the experiment of a name."""

    experiment_name: RequiredText


class SearchExperiments(RequestMessage, frozen=True):
    """Find experiments; there is no page size that would be taken for granted."""

    max_results: PageSize
    view_type: ViewType = ViewType.ACTIVE_ONLY
    order_by: list[str] = field(default_factory=list)
    filter: str | None = None
    page_token: str | None = None


class DeleteExperiment(RequestMessage, frozen=True):
    """Put an experiment into the bin."""

    experiment_id: RequiredText


class RestoreExperiment(RequestMessage, frozen=True):
    """Take an experiment out of the bin."""

    experiment_id: RequiredText


class UpdateExperiment(RequestMessage, frozen=True):
    """Give an experiment another name."""

    experiment_id: RequiredText
    new_name: RequiredText


class SetExperimentTag(RequestMessage, frozen=True):
    """Set or overwrite a tag of an experiment."""

    experiment_id: RequiredText
    key: RequiredText
    value: str = ""


class DeleteExperimentTag(RequestMessage, frozen=True):
    """Remove a tag of an experiment."""

    experiment_id: RequiredText
    key: RequiredText


class ExperimentMessage(ResponseMessage, frozen=True):
    """An experiment as answers show it."""

    experiment_id: str
    name: str
    artifact_location: str
    lifecycle_stage: LifecycleStage
    last_update_time: int
    creation_time: int
    tags: list[Tag] = field(default_factory=list)


class CreateExperimentResponse(ResponseMessage, frozen=True):
    """The id of the new experiment."""

    experiment_id: str


class ExperimentResponse(ResponseMessage, frozen=True):
    """One experiment."""

    experiment: ExperimentMessage


class SearchExperimentsResponse(ResponseMessage, frozen=True):
    """One page of experiments."""

    experiments: list[ExperimentMessage] = field(default_factory=list)
    next_page_token: str | None = None
