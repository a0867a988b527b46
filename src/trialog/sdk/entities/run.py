"""Runs and what was logged to them."""

from msgspec import field

from trialog.sdk.entities.base import Entity
from trialog.sdk.entities.dataset import DatasetInput
from trialog.sdk.entities.logged_model import LoggedModelInput, LoggedModelOutput


class RunInfo(Entity, frozen=True):
    """What a run is, without what was logged to it.

    Args:
        run_id: Its id.
        experiment_id: Experiment it belongs to.
        user_id: Who started it.
        status: `RUNNING`, `SCHEDULED`, `FINISHED`, `FAILED` or `KILLED`.
        start_time: Milliseconds since 1970 UTC; None if nobody said.
        end_time: Milliseconds since 1970 UTC; None while it runs.
        lifecycle_stage: `active` or `deleted`.
        artifact_uri: URI under which its artifacts are.
        run_name: Its name.
    """

    run_id: str
    experiment_id: str
    user_id: str
    status: str
    start_time: int | None
    end_time: int | None
    lifecycle_stage: str
    artifact_uri: str | None = None
    run_name: str | None = None

    @property
    def run_uuid(self) -> str:
        """The id, under its old name."""
        return self.run_id


class RunData(Entity, frozen=True):
    """What was logged to a run.

    Args:
        metrics: The latest value of each metric, by name.
        params: By name.
        tags: By name.
    """

    metrics: dict[str, float] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


class RunInputs(Entity, frozen=True):
    """What a run used.

    Args:
        dataset_inputs: Datasets.
        model_inputs: Logged models.
    """

    dataset_inputs: list[DatasetInput] = field(default_factory=list)
    model_inputs: list[LoggedModelInput] = field(default_factory=list)


class RunOutputs(Entity, frozen=True):
    """What a run made.

    Args:
        model_outputs: Logged models.
    """

    model_outputs: list[LoggedModelOutput] = field(default_factory=list)


class Run(Entity, frozen=True):
    """A run and what was logged to it.

    Args:
        info: What the run is.
        data: What was logged to it.
        inputs: What it used.
        outputs: What it made.
    """

    info: RunInfo
    data: RunData
    inputs: RunInputs = field(default_factory=RunInputs)
    outputs: RunOutputs = field(default_factory=RunOutputs)
