"""Moves of versions from stage to stage, inside one transaction with their history."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, select, update

from trialog.entities import (
    ACTIVE_STAGES,
    Cause,
    ModelStage,
    ModelVersion,
    Operation,
    RegistryMove,
    StageChange,
    StageHistory,
    StageOccupancy,
)
from trialog.errors import Conflict, InvalidParameter
from trialog.store import webhook_outbox
from trialog.store.registry_history import (
    Move,
    find_move,
    last_move,
    moment_of,
    read_stage_moves,
    record_moves,
)
from trialog.store.registry_rows import AnyModelRow, load_version, model_row, touch, version_row
from trialog.store.registry_tables import model_versions, registered_model_aliases, registry_moves
from trialog.store.sets import is_one_of

_SHOWN_VERSIONS = 10


def check_archiving(change: StageChange) -> None:
    """Refuse to archive the others of a stage in which versions gather.

    Raises:
        InvalidParameter: Others are to be archived, but the stage is not Staging or Production.
    """
    if change.archive_existing and change.stage not in ACTIVE_STAGES:
        raise InvalidParameter(
            "model_version.archives_nothing",
            "Model version transition cannot archive existing model versions because"
            f" '{change.stage}' is not an Active stage. Valid stages are {', '.join(ACTIVE_STAGES)}.",
            stage=change.stage,
        )


def move_to_stage(connection: Connection, workspace: str, change: StageChange) -> ModelVersion:
    """Move a version into a stage, and if asked all others from there to Archived, and return it.

    Args:
        connection: Inside a writing transaction.
        workspace: Of which workspace the model is.
        change: What moves, and why.

    Raises:
        ResourceNotFound: There is no such version.
        Conflict: The stage has seen another move since `change.seen`.
    """
    entrant = version_row(connection, workspace, change.name, change.version)
    inside = _numbers_in(connection, entrant.model, change.stage) if change.archive_existing else []
    displaced = [version for version in reversed(inside) if version != entrant.version]
    moves = [Move(version, change.stage, ModelStage.ARCHIVED) for version in displaced]
    if entrant.current_stage != change.stage:
        moves.insert(0, Move(entrant.version, ModelStage(entrant.current_stage), change.stage))
    if not moves:
        return load_version(connection, entrant.id)
    _check_seen(connection, change, entrant.model)
    model = model_row(connection, workspace, change.name)
    now = moment_of(connection, model.id)
    _set_stage(connection, model.id, [entrant.version], change.stage)
    _set_stage(connection, model.id, displaced, ModelStage.ARCHIVED)
    touch(connection, now, model.id, [entrant.version, *displaced])
    _tell(connection, model.workspace, record_moves(connection, model, moves, change.cause, now))
    return load_version(connection, entrant.id)


def read_occupancy(connection: Connection, workspace: str, name: str, stage: ModelStage) -> StageOccupancy:
    """Return what is in a stage of a model.

    Raises:
        ResourceNotFound: No registered model has this name.
    """
    return _occupancy(connection, model_row(connection, workspace, name).id, stage)


def read_last_stage_move(connection: Connection, workspace: str, name: str, stage: ModelStage) -> int:
    """Return the number of the last move into or out of a stage of a model; 0 if there was none.

    Raises:
        ResourceNotFound: No registered model has this name.
    """
    return last_move(connection, model_row(connection, workspace, name).id, stage)


def read_stage_history(connection: Connection, workspace: str, name: str, stage: ModelStage) -> StageHistory:
    """Return what is in a stage of a model and how it came to be.

    Raises:
        ResourceNotFound: No registered model has this name.
    """
    model = model_row(connection, workspace, name).id
    came = select(registry_moves.c.version).where(registry_moves.c.model == model, registry_moves.c.to_stage == stage)
    kept = select(model_versions.c.version).where(
        model_versions.c.model == model, model_versions.c.version.in_(came.distinct())
    )
    return StageHistory(
        _occupancy(connection, model, stage),
        read_stage_moves(connection, model, stage),
        frozenset(connection.execute(kept).scalars()),
    )


def numbers_in_production(connection: Connection, model: int) -> list[int]:
    """Return the numbers of the versions of a model that are in use, newest first."""
    return _numbers_in(connection, model, ModelStage.PRODUCTION)


def refuse_to_delete_production(used: Sequence[int], code: str, what: str) -> None:
    """Refuse to delete what is in use.

    Args:
        used: Numbers of the versions in Production that would go.
        code: Code of the error.
        what: What would be deleted, as a sentence begins.

    Raises:
        Conflict: There is one.
    """
    if used:
        raise Conflict(
            code,
            f"{what} was not deleted: {_named(used)} in Production. Move it to another stage first, or say that you"
            " mean it with force=true.",
            versions=", ".join(map(str, used[:_SHOWN_VERSIONS])),
        )


def record_departure(
    connection: Connection, model: AnyModelRow, stages: Sequence[tuple[int, ModelStage]], cause: Cause, now: int
) -> None:
    """Add to history that versions go, each from its stage and with its aliases, and take the aliases away.

    Args:
        connection: Inside the writing transaction that deletes them.
        model: Row of the registered model.
        stages: Numbers of the versions, and the stage of each.
        cause: Who deletes them, and why.
        now: When.
    """
    aliases = registered_model_aliases
    theirs = (aliases.c.model == model.id) & is_one_of(aliases.c.version, [version for version, _ in stages])
    borne = connection.execute(select(aliases).where(theirs).order_by(aliases.c.alias)).all()
    moves = [Move(version, stage) for version, stage in stages if stage is not ModelStage.NONE]
    moves += [Move(None, alias=row.alias, from_version=row.version) for row in borne]
    _tell(connection, model.workspace, record_moves(connection, model, moves, cause, now))
    connection.execute(aliases.delete().where(theirs))


def _occupancy(connection: Connection, model: int, stage: ModelStage) -> StageOccupancy:
    versions = _numbers_in(connection, model, stage)
    label = None
    if versions:
        newest = (model_versions.c.model == model) & (model_versions.c.version == versions[0])
        label = connection.execute(select(model_versions.c.label).where(newest)).scalar_one()
    return StageOccupancy(versions, label, last_move(connection, model, stage))


def _numbers_in(connection: Connection, model: int, stage: ModelStage) -> list[int]:
    """Return the numbers of the versions of a model that are in a stage, newest first."""
    statement = select(model_versions.c.version).where(_is_in(model, stage))
    return list(connection.execute(statement.order_by(model_versions.c.version.desc())).scalars())


def _is_in(model: int, stage: ModelStage) -> ColumnElement[bool]:
    return (model_versions.c.model == model) & (model_versions.c.current_stage == stage)


def _set_stage(connection: Connection, model: int, versions: Sequence[int], stage: ModelStage) -> None:
    if versions:
        theirs = (model_versions.c.model == model) & is_one_of(model_versions.c.version, versions)
        connection.execute(update(model_versions).where(theirs).values(current_stage=stage))


def _tell(connection: Connection, workspace: str, moves: Sequence[RegistryMove]) -> None:
    webhook_outbox.stages_changed(connection, workspace, moves=moves)


def _check_seen(connection: Connection, change: StageChange, model: int) -> None:
    if change.seen is None:
        return
    number = last_move(connection, model, change.stage)
    if change.seen == number:
        return
    last = find_move(connection, number) if number else None
    inside = _numbers_in(connection, model, change.stage)
    there = f"now {_named(inside)} in it" if inside else "now nothing is in it"
    raise Conflict(
        "registry.stage_moved",
        f"{change.stage} of model '{change.name}' has changed since you looked: {there}{_told(last)}. Version"
        f" {change.version} was not moved and nothing was changed. Look again, and repeat the request if you still mean"
        " it.",
        name=change.name,
        version=str(change.version),
        stage=change.stage,
        occupants=", ".join(map(str, inside[:_SHOWN_VERSIONS])),
        seen=change.seen,
        last_move=number,
    )


def _told(move: RegistryMove | None) -> str:
    """Return the end of a sentence that tells of a move."""
    if move is None:
        return ", and no version of this model ever was"
    moment = datetime.fromtimestamp(move.timestamp / 1000, UTC).isoformat(timespec="seconds")
    return f", after a {_SPOKEN[move.operation]} by {move.actor} at {moment}"


_SPOKEN = {
    Operation.TRANSITION: "transition",
    Operation.PROMOTE: "promotion",
    Operation.ROLLBACK: "rollback",
    Operation.SET_ALIAS: "change of an alias",
    Operation.DELETE_ALIAS: "change of an alias",
    Operation.DELETE: "deletion",
}


def _named(versions: Sequence[int]) -> str:
    """Return some versions as the subject of a sentence, with its verb."""
    shown = ", ".join(map(str, versions[:_SHOWN_VERSIONS]))
    if len(versions) == 1:
        return f"version {shown} is"
    more = len(versions) - _SHOWN_VERSIONS
    return f"versions {shown}{f' and {more} more' if more > 0 else ''} are"
