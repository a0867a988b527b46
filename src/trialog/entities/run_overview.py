"""All that is to be seen of one run."""

from enum import StrEnum

from msgspec import Struct

from trialog.entities.logged_model import LoggedModelStatus
from trialog.entities.model_version import ModelVersion
from trialog.entities.run import RunInfo
from trialog.entities.tag import Param, Tag


class MetricSummary(Struct, frozen=True):
    """All values of a metric of a run, in short.

    Args:
        key: Name of the metric.
        count: How many points were logged.
        last: The latest value.
        last_step: Its step.
        last_timestamp: Milliseconds since 1970 UTC.
        first: The first value.
        first_step: Its step.
        first_timestamp: Milliseconds since 1970 UTC.
        least: The least value; None while all are NaN.
        least_step: Its step.
        greatest: The greatest value; None while all are NaN.
        greatest_step: Its step.
    """

    key: str
    count: int
    last: float
    last_step: int
    last_timestamp: int
    first: float
    first_step: int
    first_timestamp: int
    least: float | None
    least_step: int | None
    greatest: float | None
    greatest_step: int | None


class RunDataset(Struct, frozen=True):
    """A dataset as a run used it.

    Args:
        name: Its name.
        digest: Fingerprint of its content.
        source_type: Kind of its source.
        source: Where it came from, as JSON text.
        schema: Its columns, as JSON text; None if nobody said, or if it is long.
        context: What it was used for; None if nobody said.
    """

    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None
    context: str | None


class ModelRole(StrEnum):
    """What a logged model is to a run."""

    INPUT = "input"
    OUTPUT = "output"


class RunLoggedModel(Struct, frozen=True):
    """A logged model that a run made or used; what is known of it is None if it is gone or may not be read.

    Args:
        model_id: Its id.
        role: Whether the run made or used it.
        step: At which step it was made; None for one that was used.
        name: Its name.
        status: Whether its files are all there.
        model_type: Kind of model.
        artifact_uri: Where its files are.
        creation_timestamp: Milliseconds since 1970 UTC.
    """

    model_id: str
    role: ModelRole
    step: int | None
    name: str | None = None
    status: LoggedModelStatus | None = None
    model_type: str | None = None
    artifact_uri: str | None = None
    creation_timestamp: int | None = None


class RunOverview(Struct, frozen=True):
    """All that is to be seen of a run; of each kind of thing no more than is shown, and how many there are.

    Args:
        info: What it is.
        experiment_name: Name of its experiment.
        metrics: Its metrics by name, without those of the system.
        metric_count: How many there are.
        system_metrics: Those of the system.
        system_metric_count: How many there are.
        params: Its params by name.
        param_count: How many there are.
        tags: Its tags by name.
        tag_count: How many there are.
        datasets: Datasets that it used.
        logged_models: Models that it made and used.
        versions: Versions of registered models that come from it, the newest first.
        parent: The run that it is part of, if that may be read.
        children: Active runs that are part of it, the newest first.
        child_count: How many there are.
    """

    info: RunInfo
    experiment_name: str
    metrics: list[MetricSummary]
    metric_count: int
    system_metrics: list[MetricSummary]
    system_metric_count: int
    params: list[Param]
    param_count: int
    tags: list[Tag]
    tag_count: int
    datasets: list[RunDataset]
    logged_models: list[RunLoggedModel]
    versions: list[ModelVersion]
    parent: RunInfo | None
    children: list[RunInfo]
    child_count: int
