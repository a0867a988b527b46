"""What a store promises about registered models."""

from collections.abc import Sequence
from typing import Protocol

from trialog.entities import (
    Cause,
    ModelStage,
    ModelVersion,
    NewRegisteredModel,
    Page,
    RegisteredModel,
    RegisteredModelSearch,
    Tag,
)


class RegisteredModelStore(Protocol):
    """Names under which versions of a model are kept.

    Every write is atomic and durable when it returns; a refused write changes nothing. Every write bumps the model's
    `last_updated_timestamp`. Every method that takes a name raises ResourceNotFound if no model has it.
    """

    async def create(self, new_model: NewRegisteredModel, *, owner: int | None = None) -> RegisteredModel:
        """Register a name.

        Args:
            new_model: What a client says of it.
            owner: Number of the user who makes it and may do everything with it from then on; None for nobody's.

        Raises:
            InvalidParameter: The name or a tag breaks a limit.
            ResourceAlreadyExists: The name is taken.
        """
        ...

    async def get(self, name: str) -> RegisteredModel:
        """Return a registered model."""
        ...

    async def rename(self, name: str, new_name: str) -> RegisteredModel:
        """Give a model another name; versions, tags, aliases and history go with it.

        Raises:
            InvalidParameter: The new name breaks a limit.
            ResourceAlreadyExists: It is taken.
        """
        ...

    async def update(self, name: str, description: str | None) -> RegisteredModel:
        """Describe a model; None takes the description away."""
        ...

    async def delete(self, name: str, cause: Cause, *, force: bool = False) -> None:
        """Remove a model with its versions, tags and aliases for good; its history stays, and the name is free again.

        Raises:
            Conflict: A version is in Production, and `force` was not said.
        """
        ...

    async def search(self, query: RegisteredModelSearch) -> Page[RegisteredModel]:
        """Find registered models; by name unless said otherwise.

        Raises:
            InvalidParameter: Filter, order, page size or token are wrong.
        """
        ...

    async def latest_versions(self, name: str, stages: Sequence[ModelStage] = ()) -> list[ModelVersion]:
        """Return the newest version of each of some stages that has one, in the order of stages as MLflow lists them.

        Args:
            name: Name of the model.
            stages: Which stages; all if empty.
        """
        ...

    async def set_tag(self, name: str, tag: Tag) -> None:
        """Set or overwrite a tag.

        Raises:
            InvalidParameter: The tag breaks a limit.
        """
        ...

    async def delete_tag(self, name: str, key: str) -> None:
        """Remove a tag; no error if it is not there, as in MLflow."""
        ...

    async def set_alias(self, name: str, alias: str, version: int, cause: Cause) -> None:
        """Give an alias to a version and take it from the one that bore it; history keeps the move.

        Repeating it is no error and no move.

        Raises:
            InvalidParameter: The alias breaks a rule.
            ResourceNotFound: The model has no such version.
        """
        ...

    async def delete_alias(self, name: str, alias: str, cause: Cause) -> None:
        """Take an alias away; no error if no version bears it, as in MLflow."""
        ...

    async def get_by_alias(self, name: str, alias: str) -> ModelVersion:
        """Return the version that bears an alias; `latest` is borne by the newest.

        Raises:
            InvalidParameter: No version bears it (MLflow answers 400 here, and 404 for `latest` of a model without
                versions: ResourceNotFound).
        """
        ...
