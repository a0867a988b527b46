"""Moves of versions from stage to stage, inside one transaction with their history."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, select, update

from trialog.entities import Cause, ModelStage, ModelVersion, Operation, RegistryMove, StageChange, StageOccupancy
from trialog.errors import Conflict, InvalidParameter
from trialog.store import webhook_outbox
from trialog.store.registry_history import Move, last_move, record_moves
from trialog.store.registry_rows import load_version, load_versions, model_row, select_versions, touch, version_row
from trialog.store.registry_tables import model_versions, registered_model_aliases
from trialog.store.rows import AnyRow
from trialog.store.sets import is_one_of

_EXCLUSIVE_STAGES = (ModelStage.STAGING, ModelStage.PRODUCTION)
_SHOWN_VERSIONS = 10


def check_archiving(change: StageChange) -> None:
    """Refuse to archive the others of a stage in which versions gather.

    Raises:
        InvalidParameter: Others are to be archived, but the stage is not Staging or Production.
    """
    if change.archive_existing and change.stage not in _EXCLUSIVE_STAGES:
        raise InvalidParameter(
            "model_version.archives_nothing",
            "Model version transition cannot archive existing model versions because"
            f" '{change.stage}' is not an Active stage. Valid stages are {', '.join(_EXCLUSIVE_STAGES)}.",
            stage=change.stage,
        )


def move_to_stage(connection: Connection, change: StageChange, now: int) -> ModelVersion:
    """Move a version into a stage, and if asked all others from there to Archived, and return it.

    Args:
        connection: Inside a writing transaction.
        change: What moves, and why.
        now: When.

    Raises:
        ResourceNotFound: There is no such version.
        Conflict: The stage has seen another move since `change.seen`.
    """
    entrant = version_row(connection, change.name, change.version)
    inside = _rows_in(connection, entrant.model, change.stage)
    displaced = [row for row in reversed(inside) if row.id != entrant.id] if change.archive_existing else []
    moves = [Move(row.version, change.stage, ModelStage.ARCHIVED) for row in displaced]
    if entrant.current_stage != change.stage:
        moves.insert(0, Move(entrant.version, ModelStage(entrant.current_stage), change.stage))
    if not moves:
        return load_version(connection, entrant.id)
    _check_seen(connection, change, entrant, inside)
    model = model_row(connection, change.name)
    _set_stage(connection, [entrant.id], change.stage)
    _set_stage(connection, [row.id for row in displaced], ModelStage.ARCHIVED)
    touch(connection, now, entrant.model, [entrant.version, *(row.version for row in displaced)])
    _tell(connection, record_moves(connection, model, moves, change.cause, now))
    return load_version(connection, entrant.id)


def read_occupancy(connection: Connection, name: str, stage: ModelStage) -> StageOccupancy:
    """Return what is in a stage of a model.

    Raises:
        ResourceNotFound: No registered model has this name.
    """
    model = model_row(connection, name)
    last = last_move(connection, model.id, stage)
    versions = load_versions(connection, _rows_in(connection, model.id, stage))
    return StageOccupancy(versions, 0 if last is None else last.id)


def refuse_to_delete_production(rows: Sequence[AnyRow], code: str, what: str) -> None:
    """Refuse to delete what is in use.

    Args:
        rows: The versions that would go.
        code: Code of the error.
        what: What would be deleted, as a sentence begins.

    Raises:
        Conflict: One of them is in Production.
    """
    used = [row.version for row in rows if row.current_stage == ModelStage.PRODUCTION]
    if used:
        raise Conflict(
            code,
            f"{what} was not deleted: {_named(used)} in Production. Move it to another stage first, or say that you"
            " mean it with force=true.",
            versions=", ".join(map(str, used[:_SHOWN_VERSIONS])),
        )


def record_departure(connection: Connection, model: AnyRow, rows: Sequence[AnyRow], cause: Cause, now: int) -> None:
    """Add to history that versions go, each from its stage and with its aliases, and take the aliases away.

    Args:
        connection: Inside the writing transaction that deletes them.
        model: Row of the registered model.
        rows: The versions.
        cause: Who deletes them, and why.
        now: When.
    """
    aliases = registered_model_aliases
    theirs = (aliases.c.model == model.id) & is_one_of(aliases.c.version, [row.version for row in rows])
    borne = connection.execute(select(aliases).where(theirs).order_by(aliases.c.alias)).all()
    stages = [(row.version, ModelStage(row.current_stage)) for row in rows]
    moves = [Move(version, stage) for version, stage in stages if stage is not ModelStage.NONE]
    moves += [Move(None, alias=row.alias, from_version=row.version) for row in borne]
    _tell(connection, record_moves(connection, model, moves, cause, now))
    connection.execute(aliases.delete().where(theirs))


def _rows_in(connection: Connection, model: int, stage: ModelStage) -> Sequence[AnyRow]:
    """Return the versions of a model that are in a stage, newest number first."""
    inside = (model_versions.c.model == model, model_versions.c.current_stage == stage)
    return connection.execute(select_versions().where(*inside).order_by(model_versions.c.version.desc())).all()


def _set_stage(connection: Connection, numbers: Sequence[int], stage: ModelStage) -> None:
    theirs = is_one_of(model_versions.c.id, numbers)
    connection.execute(update(model_versions).where(theirs).values(current_stage=stage))


def _tell(connection: Connection, moves: Sequence[RegistryMove]) -> None:
    for move in moves:
        webhook_outbox.stage_changed(connection, move=move)


def _check_seen(connection: Connection, change: StageChange, entrant: AnyRow, inside: Sequence[AnyRow]) -> None:
    if change.seen is None:
        return
    last = last_move(connection, entrant.model, change.stage)
    if change.seen == (0 if last is None else last.id):
        return
    there = f"now {_named([row.version for row in inside])} in it" if inside else "now nothing is in it"
    raise Conflict(
        "registry.stage_moved",
        f"{change.stage} of model '{change.name}' has changed since you looked: {there}{_told(last)}. Version"
        f" {change.version} was not moved and nothing was changed. Look again, and repeat the request if you still mean"
        " it.",
        name=change.name,
        version=str(change.version),
        stage=change.stage,
        occupants=", ".join(str(row.version) for row in inside[:_SHOWN_VERSIONS]),
        seen=change.seen,
        last_move=0 if last is None else last.id,
    )


def _told(move: AnyRow | None) -> str:
    """Return the end of a sentence that tells of a move."""
    if move is None:
        return ", and no version of this model ever was"
    moment = datetime.fromtimestamp(move.timestamp / 1000, UTC).isoformat(timespec="seconds")
    return f", after a {_SPOKEN[Operation(move.operation)]} by {move.actor} at {moment}"


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
