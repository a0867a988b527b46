"""Params and tags: text under a key."""

from trialog.sdk.entities.base import Entity


class Param(Entity, frozen=True):
    """An input of a run.

    Args:
        key: Its name.
        value: Its value, as text.
    """

    key: str
    value: str


class RunTag(Entity, frozen=True):
    """A note on a run.

    Args:
        key: Its name.
        value: Its text.
    """

    key: str
    value: str


class ExperimentTag(Entity, frozen=True):
    """A note on an experiment.

    Args:
        key: Its name.
        value: Its text.
    """

    key: str
    value: str


class InputTag(Entity, frozen=True):
    """A note on how a run used a dataset.

    Args:
        key: Its name; `mlflow.data.context` says training, evaluation ...
        value: Its text.
    """

    key: str
    value: str
