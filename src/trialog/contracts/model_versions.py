"""What a store promises about versions of registered models."""

from typing import Protocol

from trialog.entities import (
    Cause,
    HistorySearch,
    ModelContent,
    ModelStage,
    ModelVersion,
    ModelVersionSearch,
    NewModelVersion,
    Page,
    PastOccupant,
    RegistryMove,
    StageChange,
    StageHistory,
    StageOccupancy,
    Tag,
    Visibility,
)


class ModelVersionStore(Protocol):
    """Versions of registered models, the stages they are in, and the history of both stages and aliases.

    Every write is atomic and durable when it returns; a refused write changes nothing. Every write bumps
    `last_updated_timestamp` of version and model; that of a model never goes back, whatever the clock does. Every
    method that takes name and version raises ResourceNotFound if there is no such version.
    """

    async def create(self, new_version: NewModelVersion) -> ModelVersion:
        """Register the next version of a model, READY and in stage None.

        If it comes from a logged model, that one's tag `mlflow.modelVersions` tells of it.

        Raises:
            InvalidParameter: A field breaks a limit, or the label is no label.
            ResourceNotFound: No registered model has this name.
            ResourceAlreadyExists: The model has another version with this label.
        """
        ...

    async def get(self, name: str, version: int) -> ModelVersion:
        """Return a version."""
        ...

    async def content(self, name: str, version: int) -> ModelContent:
        """Return what the files of a version say of it; no list of versions tells that."""
        ...

    async def get_by_label(self, name: str, label: str) -> ModelVersion:
        """Return the version that bears a label.

        Raises:
            ResourceNotFound: No model has this name, or none of its versions this label.
        """
        ...

    async def update(self, name: str, version: int, description: str | None) -> ModelVersion:
        """Describe a version; None takes the description away."""
        ...

    async def delete(self, name: str, version: int, cause: Cause, *, force: bool = False) -> None:
        """Remove a version with its tags and aliases for good; its history stays, and its number is not used again.

        Raises:
            Conflict: It is in Production, and `force` was not said.
        """
        ...

    async def search(self, query: ModelVersionSearch) -> Page[ModelVersion]:
        """Find versions; last changed first unless said otherwise, then by name, then newest version first.

        A page may be shorter than asked for; where there is more, it has the token of the next.

        Raises:
            InvalidParameter: Filter, order, page size or token are wrong.
        """
        ...

    async def set_tag(self, name: str, version: int, tag: Tag) -> None:
        """Set or overwrite a tag; `trialog.label` gives the version its label.

        Raises:
            InvalidParameter: The tag breaks a limit, or the label is no label.
            ResourceAlreadyExists: Another version of the model has this label.
        """
        ...

    async def delete_tag(self, name: str, version: int, key: str) -> None:
        """Remove a tag, and with `trialog.label` the label; no error if it is not there, as in MLflow."""
        ...

    async def change_stage(self, change: StageChange) -> ModelVersion:
        """Move a version into a stage, and if asked all others from there to Archived, in one step that history keeps.

        Moving a version where it is, with nothing to archive, is no error and no move.

        Raises:
            InvalidParameter: Others are to be archived, but the stage is not Staging or Production.
            Conflict: Another move into or out of the stage was made since `change.seen`, and this one would change
                something.
        """
        ...

    async def occupancy(self, name: str, stage: ModelStage) -> StageOccupancy:
        """Return what is in a stage of a model.

        Raises:
            ResourceNotFound: No registered model has this name.
        """
        ...

    async def last_stage_move(self, name: str, stage: ModelStage) -> int:
        """Return the last move into or out of a stage, 0 if there was none: what `StageChange.seen` asks for.

        Raises:
            ResourceNotFound: No registered model has this name.
        """
        ...

    async def stage_history(self, name: str, stage: ModelStage) -> StageHistory:
        """Return what is in a stage and how it came to be, whatever names the model had and others have now.

        Raises:
            ResourceNotFound: No registered model has this name.
        """
        ...

    async def arrival(self, name: str, version: int, stage: ModelStage) -> RegistryMove | None:
        """Return the last move that brought a version of the model that has a name now into a stage.

        None if none did, or if no model has the name.
        """
        ...

    async def history(self, query: HistorySearch) -> Page[RegistryMove]:
        """Return moves of stages and aliases, the last one first.

        Found are the moves of the model that has the name, also under names it had before, and those of models that
        bore the name and are gone; of models that may not be read, none. What may be read of a model that is gone
        nobody knows any more: its moves are for who may read all models.

        Raises:
            InvalidParameter: Page size or token are wrong.
            ResourceNotFound: No model has or had this name.
        """
        ...

    async def occupants_at(
        self, name: str, stage: ModelStage, timestamp: int, visible: Visibility | None = None
    ) -> list[PastOccupant]:
        """Return which versions were in a stage at a moment, newest number first.

        Args:
            name: Name of the model, now or then.
            stage: The stage; not None, in which everything begins.
            timestamp: Milliseconds since 1970 UTC; moves of that very millisecond count.
            visible: As in `HistorySearch`.

        Raises:
            ResourceNotFound: No model has or had this name.
        """
        ...
