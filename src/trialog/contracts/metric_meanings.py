"""What a store promises about what was said of metrics."""

from collections.abc import Sequence
from typing import Protocol

from trialog.entities.metric_meaning import MeaningStatement, MetricMeaningOverride


class MetricMeaningStore(Protocol):
    """Keeps what was said of metrics, on the server and in experiments; what it comes to is for others to tell.

    Every write is atomic and durable when it returns; a refused write changes nothing.
    """

    async def set(
        self, pattern: str, statement: MeaningStatement, *, experiment_id: str | None = None, actor: str
    ) -> MetricMeaningOverride:
        """Keep what metrics of a name or pattern mean, in place of what was said under it before.

        Args:
            pattern: Name of a metric, or a pattern in which `*` stands for any characters.
            statement: What they mean; checked already.
            experiment_id: Where that holds; None for the whole server.
            actor: Who says it.

        Raises:
            InvalidParameter: The experiment is in the bin, or there would be more than 1,000 on one level, or
                more than 100 with a `*`.
            ResourceNotFound: No experiment has this id.
        """
        ...

    async def delete(self, pattern: str, *, experiment_id: str | None = None) -> None:
        """Forget what was said under a name or pattern.

        Raises:
            InvalidParameter: The experiment is in the bin.
            ResourceNotFound: No experiment has this id, or nothing was said.
        """
        ...

    async def overrides(
        self, experiment_ids: Sequence[str] = (), *, metric: str | None = None
    ) -> list[MetricMeaningOverride]:
        """Return what was said for the server and then for experiments, ordered by (experiment, pattern).

        Args:
            experiment_ids: At most 1,000 experiments; of unknown ones nothing was said.
            metric: Only what was said under this name, and under patterns, whether they fit it or not.

        Raises:
            InvalidParameter: There are too many experiments, or an id is no id.
        """
        ...
