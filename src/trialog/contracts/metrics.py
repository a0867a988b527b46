"""What a store promises about the points of metrics."""

from collections.abc import Sequence
from typing import Protocol

from trialog.entities import Metric, Page


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
