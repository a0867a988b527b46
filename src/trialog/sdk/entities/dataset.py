"""Datasets as inputs of runs."""

from typing import Any

from msgspec import field

from trialog.sdk.entities.base import Entity
from trialog.sdk.entities.tags import InputTag


class Dataset(Entity, frozen=True):
    """Data that runs read.

    Args:
        name: Its name.
        digest: Fingerprint of its content.
        source_type: Kind of its source.
        source: Where it came from, as JSON text.
        schema: Its columns, as JSON text.
        profile: Its statistics, as JSON text.
    """

    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None = None
    profile: str | None = None


class DatasetInput(Entity, frozen=True):
    """A dataset as one run used it.

    Args:
        dataset: The data.
        tags: How it was used.
    """

    dataset: Dataset
    tags: list[InputTag] = field(default_factory=list)

    def to_dictionary(self) -> dict[str, Any]:
        """Return the dataset and, by key, how it was used."""
        return {"dataset": self.dataset.to_dictionary(), "tags": {tag.key: tag.value for tag in self.tags}}
