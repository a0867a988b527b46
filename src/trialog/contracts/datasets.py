"""What a store promises about datasets."""

from collections.abc import Sequence
from typing import Protocol

from trialog.entities import DatasetSummary


class DatasetStore(Protocol):
    """Reads which datasets runs used; they are logged through `RunStore.log_inputs`."""

    async def search(self, experiment_ids: Sequence[str]) -> list[DatasetSummary]:
        """Return the distinct (experiment, dataset, context) of active runs, at most 1,000, newest use first."""
        ...
