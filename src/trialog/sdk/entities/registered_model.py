"""Names under which versions of models are kept."""

from msgspec import field

from trialog.sdk.entities.base import Entity
from trialog.sdk.entities.model_version import ModelVersion


class RegisteredModel(Entity, frozen=True):
    """A name under which versions of a model are kept.

    Args:
        name: The name.
        creation_timestamp: Milliseconds since 1970 UTC.
        last_updated_timestamp: Milliseconds since 1970 UTC.
        description: What it is for.
        latest_versions: The newest version of each stage that has one.
        tags: By key.
        aliases: Number of the version that bears each alias, as text.
    """

    name: str
    creation_timestamp: int | None = None
    last_updated_timestamp: int | None = None
    description: str | None = None
    latest_versions: list[ModelVersion] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
