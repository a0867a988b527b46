"""The history of a registered model: every move of a stage or an alias, for good."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from trialog.entities.model_version import ModelStage
from trialog.entities.visibility import Visibility

ANYBODY = "anybody"
"""The actor where nobody logs in."""

ACTIVE_STAGES: Final = (ModelStage.STAGING, ModelStage.PRODUCTION)
"""The stages in which one version takes the place of another; in the others versions gather."""


class Operation(StrEnum):
    """What was asked for when something moved."""

    TRANSITION = "transition"
    """MLflow's own call."""
    PROMOTE = "promote"
    ROLLBACK = "rollback"
    SET_ALIAS = "set_alias"
    DELETE_ALIAS = "delete_alias"
    DELETE = "delete"
    """A version or a whole model was deleted."""


class RegistryMove(Struct, frozen=True):
    """One move of one version into a stage, or of one alias to a version.

    Args:
        move_id: Place in the order of all moves.
        change_id: The same for all moves that one call made together, such as a promotion and what it archived.
        registered_model_id: The registered model's own number, under whatever name; no other model ever gets it.
        name: Name that the registered model had.
        version: The version that moved, or that the alias names now; None for an alias that was taken away.
        alias: The alias that moved; None for a move of a stage.
        from_stage: Stage before; None for an alias.
        to_stage: Stage after; None for an alias and for a version that was deleted.
        from_version: Version that bore the alias before; None if none did, and for stages.
        timestamp: Milliseconds since 1970 UTC; never before that of an earlier move of the model.
        actor: Who did it, as the access layer knows.
        operation: What was asked for.
        reason: Why, in the words of who did it.
        gate: What a gate measured before it let the version through: a JSON object as text.
    """

    move_id: int
    change_id: int
    registered_model_id: int
    name: str
    version: int | None
    alias: str | None
    from_stage: ModelStage | None
    to_stage: ModelStage | None
    from_version: int | None
    timestamp: int
    actor: str
    operation: Operation
    reason: str | None
    gate: str | None


class Cause(Struct, frozen=True):
    """Who moves something, and why: what history keeps beside the move itself.

    Args:
        operation: What was asked for.
        actor: Who asked, as the access layer knows; never what a body says.
        reason: Why, in the words of who asked.
        gate: What a gate measured: a JSON object as text.
    """

    operation: Operation
    actor: str = ANYBODY
    reason: str | None = None
    gate: str | None = None


class StageChange(Struct, frozen=True):
    """A version to be moved into a stage.

    Args:
        name: Name of the registered model.
        version: The version.
        stage: Where it goes.
        cause: Who does it, and why.
        archive_existing: Whether all others leave that stage for Archived.
        seen: The last move into or out of that stage that the caller knows, as `StageOccupancy.seen`: if there is
            another by the time of the write, it is refused. None does not ask.
    """

    name: str
    version: int
    stage: ModelStage
    cause: Cause
    archive_existing: bool = False
    seen: int | None = None


class StageOccupancy(Struct, frozen=True):
    """What is in a stage.

    Args:
        versions: Numbers of the versions in it, newest first.
        label: Label of the newest, if it has one.
        seen: The last move into or out of it, 0 if there was none; see `StageChange.seen`.
    """

    versions: list[int]
    label: str | None
    seen: int


class StageMove(Struct, frozen=True):
    """What the way back needs to know of a move into or out of a stage.

    Args:
        version: The version that moved.
        to_stage: Stage after; None for a version that was deleted.
        operation: What was asked for.
    """

    version: int
    to_stage: ModelStage | None
    operation: Operation


class StageHistory(Struct, frozen=True):
    """What is in a stage of one model and how it came to be, all of one moment.

    Args:
        occupancy: What is in it.
        moves: Its moves, the first one first.
        kept: Numbers of the versions that were ever in it and have not been deleted.
    """

    occupancy: StageOccupancy
    moves: list[StageMove]
    kept: frozenset[int]


class HistorySearch(Struct, frozen=True):
    """Which moves to look for.

    Args:
        name: Name of the registered model, now or then.
        stage: Only moves into or out of this stage.
        alias: Only moves of this alias.
        version: Only moves of this version.
        max_results: Largest page wanted.
        page_token: Where to go on, from the page before.
        visible: Whose moves may be read, of the models that have or had the name; None for all.
    """

    name: str
    stage: ModelStage | None = None
    alias: str | None = None
    version: int | None = None
    max_results: int = 100
    page_token: str | None = None
    visible: Visibility | None = None


class PastOccupant(Struct, frozen=True):
    """A version that was in a stage at a moment.

    Args:
        name: Name that its model had when it came there.
        version: Its number; it may have been deleted since.
        since: The move that brought it there.
    """

    name: str
    version: int
    since: RegistryMove
