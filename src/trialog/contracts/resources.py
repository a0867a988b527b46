"""What a store promises about finding out what a permission is asked on."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct


class Belonging(Struct, frozen=True, gc=False):
    """Where a run or a logged model belongs; it never changes.

    Args:
        experiment_id: Its experiment.
        artifact_uri: Where its artifacts are.
    """

    experiment_id: str
    artifact_uri: str


class ResourceStore(Protocol):
    """Tells what things belong to, active or deleted. What is not there is left out of each answer.

    All are cheap: they stand in front of every other question.
    """

    async def experiments(self, experiment_ids: Sequence[str]) -> frozenset[str]:
        """Return those of some ids, in decimal digits, that are of experiments."""
        ...

    async def experiments_of_names(self, names: Sequence[str]) -> dict[str, str]:
        """Return the ids of experiments by name."""
        ...

    async def runs(self, run_ids: Sequence[str]) -> dict[str, Belonging]:
        """Return where runs belong, by id."""
        ...

    async def logged_models(self, model_ids: Sequence[str]) -> dict[str, Belonging]:
        """Return where logged models belong, by id."""
        ...

    async def registered_models(self, names: Sequence[str]) -> dict[str, str]:
        """Return the numbers of registered models by name."""
        ...

    async def names_of_registered_models(self, numbers: Sequence[str]) -> dict[str, str]:
        """Return the names of registered models by number, in decimal digits."""
        ...
