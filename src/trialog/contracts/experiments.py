"""What a store promises about experiments."""

from collections.abc import Sequence
from typing import Protocol

from trialog.entities import Experiment, ExperimentSearch, Page, Tag


class ExperimentStore(Protocol):
    """Experiments: named groups of runs.

    Every write is atomic and durable when it returns. A refused write changes nothing.
    Experiment "0", named "Default", exists from the start.
    """

    async def create(
        self,
        name: str,
        *,
        artifact_location: str | None = None,
        tags: Sequence[Tag] = (),
        owner: int | None = None,
    ) -> Experiment:
        """Make an experiment.

        Args:
            name: 1 to 500 characters, unique among active and deleted experiments.
            artifact_location: URI kept and returned as given; None takes the store's default root and the new id.
            tags: First tags.
            owner: Number of the user who makes it and may do everything with it from then on; None for nobody's.

        Returns:
            The experiment with its new id.

        Raises:
            InvalidParameter: A name, location or tag breaks a limit.
            ResourceAlreadyExists: The name is taken, perhaps by a deleted experiment.
        """
        ...

    async def get(self, experiment_id: str) -> Experiment:
        """Return an experiment, active or deleted.

        Raises:
            ResourceNotFound: No experiment has this id.
        """
        ...

    async def get_by_name(self, name: str) -> Experiment:
        """Return the experiment of this name, active or deleted.

        Raises:
            ResourceNotFound: No experiment has this name.
        """
        ...

    async def search(self, query: ExperimentSearch) -> Page[Experiment]:
        """Find experiments.

        Pages are stable: each experiment that matches throughout is met exactly once, whatever is made meanwhile.
        Default order is newest first, then by id.

        Raises:
            InvalidParameter: Filter, order, page size or token are wrong.
        """
        ...

    async def rename(self, experiment_id: str, new_name: str) -> None:
        """Give an active experiment another name.

        Raises:
            InvalidParameter: The name breaks a limit, or the experiment is deleted.
            ResourceNotFound: No experiment has this id.
            ResourceAlreadyExists: The name is taken.
        """
        ...

    async def delete(self, experiment_id: str) -> None:
        """Put an active experiment and all its runs into the bin.

        Raises:
            ResourceNotFound: No active experiment has this id.
        """
        ...

    async def restore(self, experiment_id: str) -> None:
        """Take a deleted experiment and all its runs out of the bin.

        Raises:
            ResourceNotFound: No deleted experiment has this id.
        """
        ...

    async def set_tag(self, experiment_id: str, tag: Tag) -> None:
        """Set or overwrite a tag of an active experiment.

        Raises:
            InvalidParameter: The tag breaks a limit, or the experiment is deleted.
            ResourceNotFound: No experiment has this id.
        """
        ...

    async def delete_tag(self, experiment_id: str, key: str) -> None:
        """Remove a tag of an active experiment.

        Raises:
            InvalidParameter: The experiment is deleted.
            ResourceNotFound: No experiment has this id, or it has no such tag.
        """
        ...
