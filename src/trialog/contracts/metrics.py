"""What a store promises about the points of metrics."""

from collections.abc import Sequence
from typing import Protocol

from trialog.entities import Metric, Page
from trialog.entities.best_run import MetricSummaryKind, RunRanking
from trialog.entities.curve import Curves, CurveSearch
from trialog.entities.metric_meaning import MetricRange


class MetricStore(Protocol):
    """Reads the points that runs logged. Order is always (timestamp, step, value); each point comes exactly once."""

    async def history(
        self, run_id: str, key: str, *, max_results: int | None = None, page_token: str | None = None
    ) -> Page[Metric]:
        """Return the points of one metric of a run.

        Args:
            run_id: The run, active or deleted.
            key: Name of the metric; an unknown one has no points.
            max_results: Largest page wanted; None returns all.
            page_token: Where to go on, from the page before.

        Raises:
            InvalidParameter: Page size or token are wrong.
            ResourceNotFound: No run has this id.
        """
        ...

    async def history_of_runs(self, run_ids: Sequence[str], key: str, *, max_results: int) -> list[Metric]:
        """Return the points of one metric of many runs, each with its `run_id`, ordered by run id first.

        Args:
            run_ids: At most 100 runs; unknown ones have no points.
            key: Name of the metric.
            max_results: At most so many points in all.

        Raises:
            InvalidParameter: There are too many runs, or `max_results` is out of bounds.
        """
        ...

    async def sampled_history_of_runs(
        self,
        run_ids: Sequence[str],
        key: str,
        *,
        start_step: int | None = None,
        end_step: int | None = None,
        max_results: int,
    ) -> list[Metric]:
        """Return points of one metric of many runs, sampled evenly; each run keeps its first and last one.

        Args:
            run_ids: At most 100 runs; unknown ones have no points.
            key: Name of the metric.
            start_step: First step of the interval; None with `end_step` None means the whole.
            end_step: Last step of the interval.
            max_results: At most so many points of each run, 1 to 2,500.

        Raises:
            InvalidParameter: There are too many runs, the interval has one end or is empty, or `max_results` is out of
                bounds.
        """
        ...

    async def curves(self, query: CurveSearch) -> Curves:
        """Return metrics of many runs for charts, each thinned to what a chart has room for.

        Along steps, points are in the order of (step, timestamp, value), along timestamps in that of history. A curve
        with more points than wanted keeps its first and last one, the least and the greatest number of each stretch,
        and with them those of the whole, and in each stretch something of NaN and of each infinity that is there.
        All curves of a run are of one moment.

        Args:
            query: Which curves. At most 100 runs, and 1,000 curves; 10 or more points of each, 1,000,000 in all.

        Raises:
            InvalidParameter: There are too many runs, curves or points, too few points, or the range is empty.
        """
        ...

    async def ranges(self, experiment_ids: Sequence[str], keys: Sequence[str] | None = None) -> list[MetricRange]:
        """Return which metrics experiments have, ordered by (experiment, key), and between what their values lie.

        Runs in the bin count as well: they may come back.

        Args:
            experiment_ids: At most 1,000 experiments; unknown ones have no metrics.
            keys: Names to look at, at most 1,000; those that an experiment does not have are left out. None looks at
                the first 10,000 names of each experiment.

        Raises:
            InvalidParameter: There are too many experiments or names, or an id is no id.
        """
        ...

    async def rank(
        self,
        experiment_ids: Sequence[str],
        key: str,
        *,
        highest: bool,
        summary: MetricSummaryKind = MetricSummaryKind.LAST,
        filter_text: str | None = None,
        max_results: int = 100,
    ) -> RunRanking:
        """Return the active runs with the best finite value of a metric, and how many were compared for it.

        All of it is read at one moment.

        Args:
            experiment_ids: At most 1,000 experiments; unknown ones have no runs.
            key: Name of the metric; an unknown one has no values.
            highest: Whether the highest value is best, rather than the lowest.
            summary: Which of a run's values counts.
            filter_text: Text of the filter language; only runs that match it compete. None or blank lets all.
            max_results: Largest number of ids wanted.

        Raises:
            InvalidParameter: The filter is wrong, there are too many experiments, an id is no id, or `max_results` is
                out of bounds.
        """
        ...
