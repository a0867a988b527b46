"""Messages about the best run by a metric."""

from enum import StrEnum

from msgspec import UNSET, UnsetType, field

from trialog.entities import RequiredText
from trialog.entities.best_run import MetricSummaryKind
from trialog.entities.metric_meaning import Band, Direction, MeaningSource
from trialog.wire.messages.base import ResponseMessage, StrictRequestMessage
from trialog.wire.messages.metric_meanings import MetricMeaningMessage
from trialog.wire.messages.runs import RunMessage


class BestDirection(StrEnum):
    """Which values a request takes as better; a best run needs one of them."""

    HIGHER = Direction.HIGHER.value
    LOWER = Direction.LOWER.value


class FindBestRun(StrictRequestMessage, frozen=True):
    """Find the best active run of one or more experiments by a metric.

    Without `direction` it is what the metric means that decides whether the highest or the lowest value is best.
    """

    metric: RequiredText
    experiment_ids: list[str] = field(default_factory=list)
    experiment_names: list[str] = field(default_factory=list)
    filter: str | None = None
    summary: MetricSummaryKind = MetricSummaryKind.LAST
    direction: BestDirection | UnsetType = UNSET


class BestRunResponse(ResponseMessage, frozen=True):
    """The best run, and how it came to be that.

    `flat` holds the run again under the keys of a row of MLflow's table of runs, such as `run_id`,
    `metrics.val_accuracy` and `params.ticker`. `direction_source` is null if the request said the direction. `ties`
    are ids of the runs that have the very same value, the best run first; at most 100 are listed, `tie_count` says how
    many there are.
    """

    run: RunMessage
    metric: str
    summary: MetricSummaryKind
    value: float
    direction: Direction
    direction_source: MeaningSource | None
    band: Band | None
    meets_target: bool | None
    meaning: MetricMeaningMessage
    ties: list[str]
    tie_count: int
    compared: int
    skipped: int
    flat: dict[str, str | int | float | None]
