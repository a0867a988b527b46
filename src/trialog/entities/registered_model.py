"""Registered models: names under which versions of a model are kept."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from trialog.entities.model_version import ModelVersion
from trialog.entities.tag import Tag
from trialog.entities.visibility import Visibility

PROMPT_TAG = "mlflow.prompt.is_prompt"
"""Tag of a registered model, and of each of its versions, that is a prompt rather than a model."""

LATEST_ALIAS = "latest"
"""The alias that nobody sets: it names the newest version."""


def says_prompt(value: str | None) -> bool:
    """Tell by the value of the tag, None where it is missing, whether its bearer is a prompt."""
    return value is not None and value.lower() == "true"


def is_prompt(tags: Iterable[Tag]) -> bool:
    """Tell by its tags whether a registered model or a version is a prompt; of a repeated tag the last counts."""
    return says_prompt({tag.key: tag.value for tag in tags}.get(PROMPT_TAG))


class RegisteredModelAlias(Struct, frozen=True, gc=False):
    """A name that a team gives to one version of a model and moves at will.

    Args:
        alias: The name, such as `champion`.
        version: The version that bears it.
    """

    alias: str
    version: int


class RegisteredModel(Struct, frozen=True):
    """A name under which versions of a model are kept.

    Args:
        name: Its name.
        creation_timestamp: Milliseconds since 1970 UTC.
        last_updated_timestamp: Milliseconds since 1970 UTC; every change of a version, tag or alias counts.
        description: What it is for, in the user's words; None if nobody said.
        latest_versions: The newest version of each stage that has one.
        tags: By key.
        aliases: By name.
    """

    name: str
    creation_timestamp: int
    last_updated_timestamp: int
    description: str | None
    latest_versions: list[ModelVersion]
    tags: list[Tag]
    aliases: list[RegisteredModelAlias]


class NewRegisteredModel(Struct, frozen=True):
    """What a client says of a model it registers.

    Args:
        name: Its name.
        description: What it is for.
        tags: First tags.
    """

    name: str
    description: str | None = None
    tags: tuple[Tag, ...] = ()


class RegisteredModelSearch(Struct, frozen=True):
    """What to look for among registered models.

    Args:
        filter: Text of the filter language; None or blank finds all models that are no prompts.
        order_by: Sort keys; by name when empty.
        max_results: Largest page wanted.
        page_token: Where to go on, from the page before.
        visible: Which registered models may be read, by their numbers; None for all.
    """

    filter: str | None = None
    order_by: tuple[str, ...] = ()
    max_results: int = 100
    page_token: str | None = None
    visible: Visibility | None = None


class VersionNaming(StrEnum):
    """How a text named a version."""

    NUMBER = "number"
    LABEL = "label"
    STAGE = "stage"
    ALIAS = "alias"
    LATEST = "latest"
