"""The best of many runs by a metric."""

from enum import StrEnum

from msgspec import Struct

from trialog.entities.metric_meaning import Assessment, Direction, MeaningSource, MetricMeaning
from trialog.entities.run import Run


class MetricSummaryKind(StrEnum):
    """Which of the values that a run logged under a metric counts."""

    LAST = "last"
    MIN = "min"
    MAX = "max"
    FIRST = "first"


class BestRunSearch(Struct, frozen=True):
    """What to look for.

    Args:
        metric: Name of the metric.
        experiment_ids: Experiments to look in.
        experiment_names: More of them, by name.
        filter: Text of the filter language; only runs that match it compete.
        summary: Which of a run's values counts.
        direction: Which values are better; None leaves that to what the metric means.
    """

    metric: str
    experiment_ids: tuple[str, ...] = ()
    experiment_names: tuple[str, ...] = ()
    filter: str | None = None
    summary: MetricSummaryKind = MetricSummaryKind.LAST
    direction: Direction | None = None


class RunRanking(Struct, frozen=True):
    """The runs with the best value of a metric.

    Args:
        value: The best finite value; None if no run has one.
        run_ids: Ids of the runs that have it, the one that started first in front; not more than were asked for.
        tie_count: How many have it.
        compared: How many runs have a finite value.
        skipped: How many have NaN or an infinity.
    """

    value: float | None
    run_ids: tuple[str, ...]
    tie_count: int
    compared: int
    skipped: int


class BestRun(Struct, frozen=True):
    """The best run, and how it came to be that.

    Args:
        run: The run; of several that tie, the one that started first.
        search: What was looked for.
        value: Its value.
        direction: Which values were better.
        direction_source: Where that comes from; None if whoever asked said it.
        meaning: What the metric means in the run's experiment.
        assessment: How good the value is.
        ties: Ids of the runs with the very same value, the best first; not more than are listed.
        tie_count: How many such runs there are.
        compared: How many runs have a finite value.
        skipped: How many have NaN or an infinity, which never win.
    """

    run: Run
    search: BestRunSearch
    value: float
    direction: Direction
    direction_source: MeaningSource | None
    meaning: MetricMeaning
    assessment: Assessment
    ties: tuple[str, ...]
    tie_count: int
    compared: int
    skipped: int
