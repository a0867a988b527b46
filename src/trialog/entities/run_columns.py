"""The table of runs, in columns of what is looked at."""

from enum import StrEnum

from msgspec import Struct

from trialog.entities.best_run import MetricSummaryKind


class RunAttribute(StrEnum):
    """What every run has."""

    RUN_ID = "run_id"
    RUN_NAME = "run_name"
    EXPERIMENT_ID = "experiment_id"
    USER_ID = "user_id"
    STATUS = "status"
    START_TIME = "start_time"
    END_TIME = "end_time"
    LIFECYCLE_STAGE = "lifecycle_stage"
    ARTIFACT_URI = "artifact_uri"
    DELETED_TIME = "deleted_time"
    """When it went into the bin, in milliseconds since 1970 UTC; none while it is active."""
    DURATION = "duration"
    """Milliseconds from its start to its end; none while it runs."""
    PARENT_RUN_ID = "parent_run_id"
    """The run that it is part of, as its tag `mlflow.parentRunId` says."""
    CHILD_COUNT = "child_count"
    """How many active runs of its experiment say that they are part of it."""
    DATASETS = "datasets"
    """Names of the datasets that it used, in order."""


class RunColumnChoice(Struct, frozen=True):
    """Which columns to read.

    Args:
        attributes: What every run has.
        metrics: Names of metrics.
        params: Names of params.
        tags: Names of tags.
        summary: Which value of a metric stands in its column.
    """

    attributes: tuple[RunAttribute, ...] = (RunAttribute.RUN_ID,)
    metrics: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    summary: MetricSummaryKind = MetricSummaryKind.LAST

    @property
    def count(self) -> int:
        """How many columns there are."""
        return len(self.attributes) + len(self.metrics) + len(self.params) + len(self.tags)


class RunCount(Struct, frozen=True):
    """How many runs match.

    Args:
        runs: How many were counted.
        is_exact: Whether those are all; there may be more otherwise.
    """

    runs: int
    is_exact: bool


class RunColumns(Struct, frozen=True):
    """One page of the table of runs: a value for each run in each column, None where a run has none.

    Args:
        count: How many runs there are on the page.
        attributes: Columns by name.
        metrics: Columns by name.
        params: Columns by name.
        tags: Columns by name.
        total: How many runs match on all pages; None but on the first page.
        next_page_token: As `Page` has it.
        unknown_run_ids: Runs that were named and are not there.
    """

    count: int
    attributes: dict[RunAttribute, list[str | int | list[str] | None]]
    metrics: dict[str, list[float | None]]
    params: dict[str, list[str | None]]
    tags: dict[str, list[str | None]]
    total: RunCount | None = None
    next_page_token: str | None = None
    unknown_run_ids: tuple[str, ...] = ()
