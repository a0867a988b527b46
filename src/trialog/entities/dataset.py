"""Datasets as inputs of runs."""

from msgspec import Struct

from trialog.entities.tag import Tag


class Dataset(Struct, frozen=True, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    """Data that runs read; unique by (experiment, name, digest).

    Args:
        name: Name of the dataset.
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


class DatasetInput(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A dataset as one run used it.

    Args:
        dataset: The data.
        tags: How it was used; `mlflow.data.context` says training, evaluation ...
    """

    dataset: Dataset
    tags: list[Tag] = []


class DatasetSummary(Struct, frozen=True, omit_defaults=True):
    """A dataset that some run of an experiment used in some context.

    Args:
        experiment_id: The experiment.
        name: Name of the dataset.
        digest: Fingerprint of its content.
        context: How it was used, if that was said.
    """

    experiment_id: str
    name: str
    digest: str
    context: str | None = None
