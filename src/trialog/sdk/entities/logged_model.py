"""Models as runs log them."""

from enum import StrEnum

from msgspec import field

from trialog.sdk.entities.base import Entity
from trialog.sdk.entities.metric import Metric


class LoggedModelStatus(StrEnum):
    """Whether a logged model's files are all there."""

    UNSPECIFIED = "UNSPECIFIED"
    PENDING = "PENDING"
    READY = "READY"
    FAILED = "FAILED"


class LoggedModel(Entity, frozen=True):
    """A model that a run logged.

    What MLflow's clients show as an empty text where nothing was said is so here as well.

    Args:
        experiment_id: Experiment it belongs to.
        model_id: Its id.
        name: Its name.
        artifact_location: URI under which its files are.
        creation_timestamp: Milliseconds since 1970 UTC.
        last_updated_timestamp: Milliseconds since 1970 UTC.
        model_type: Kind of model.
        source_run_id: Run that made it.
        status: Whether its files are all there.
        status_message: More on that.
        tags: By key.
        params: By key.
        metrics: Every value that was measured of it.
    """

    experiment_id: str
    model_id: str
    name: str
    artifact_location: str
    creation_timestamp: int
    last_updated_timestamp: int
    model_type: str | None = None
    source_run_id: str | None = None
    status: LoggedModelStatus = LoggedModelStatus.READY
    status_message: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    metrics: list[Metric] | None = None

    @property
    def model_uri(self) -> str:
        """What loads it: `models:/` and its id."""
        return f"models:/{self.model_id}"


class LoggedModelInput(Entity, frozen=True):
    """A logged model that a run used.

    Args:
        model_id: Its id.
    """

    model_id: str


class LoggedModelOutput(Entity, frozen=True):
    """A logged model that a run made.

    Args:
        model_id: Its id.
        step: Step of the run at which it was made.
    """

    model_id: str
    step: int
