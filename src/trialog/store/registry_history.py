"""The history of the registry: recording moves of stages and aliases, and reading them back.

Moves are only ever added. They name a model by the store's own number, so that they stay with it through every name it
has; which model had which name when is kept beside them.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, insert, literal, or_, select, update

from trialog.entities import (
    INT64_MAX,
    Cause,
    HistorySearch,
    ModelStage,
    Operation,
    PastOccupant,
    RegistryMove,
)
from trialog.store.page_tokens import query_fingerprint
from trialog.store.paging import PagedQuery, SortTerm
from trialog.store.registry_rows import model_not_found
from trialog.store.registry_tables import registered_model_names, registered_models, registry_moves
from trialog.store.rows import AnyRow
from trialog.store.sets import is_one_of
from trialog.store.tables import DEFAULT_WORKSPACE


class Move(NamedTuple):
    """A move to be recorded.

    Args:
        version: As in `RegistryMove`.
        from_stage: As in `RegistryMove`.
        to_stage: As in `RegistryMove`.
        alias: As in `RegistryMove`.
        from_version: As in `RegistryMove`.
    """

    version: int | None
    from_stage: ModelStage | None = None
    to_stage: ModelStage | None = None
    alias: str | None = None
    from_version: int | None = None


def record_moves(
    connection: Connection, model: AnyRow, moves: Sequence[Move], cause: Cause, now: int
) -> list[RegistryMove]:
    """Add the moves that one call makes to history.

    Args:
        connection: Inside the writing transaction that makes them.
        model: Row of the registered model.
        moves: What moves, in the order in which history tells it.
        cause: Who does it, and why.
        now: When.
    """
    # A trigger lets no row be changed, so the id of the first must be known before. There is one writer at a time and
    # no row ever goes: the next number is free.
    first = connection.execute(select(func.coalesce(func.max(registry_moves.c.id), 0))).scalar_one() + 1
    rows = [
        {
            "id": first + index,
            "change": first,
            "workspace": DEFAULT_WORKSPACE,
            "model": model.id,
            "name": model.name,
            "version": move.version,
            "alias": move.alias,
            "from_stage": move.from_stage,
            "to_stage": move.to_stage,
            "from_version": move.from_version,
            "timestamp": now,
            "actor": cause.actor,
            "operation": cause.operation,
            "reason": cause.reason,
            "gate": cause.gate,
        }
        for index, move in enumerate(moves)
    ]
    if not rows:
        return []
    connection.execute(insert(registry_moves), rows)
    made = select(registry_moves).where(registry_moves.c.id >= first).order_by(registry_moves.c.id)
    return [read_move(row) for row in connection.execute(made)]


def begin_name(connection: Connection, model: int, name: str, now: int) -> None:
    """Note that a model has a name from now on, and no longer the one before."""
    end_name(connection, model, now)
    values = {"workspace": DEFAULT_WORKSPACE, "name": name, "model": model, "since": now}
    connection.execute(insert(registered_model_names).values(values))


def end_name(connection: Connection, model: int, now: int) -> None:
    """Note that a model has its name no longer."""
    current = (registered_model_names.c.model == model) & registered_model_names.c.until.is_(None)
    connection.execute(update(registered_model_names).where(current).values(until=now))


def last_move(connection: Connection, model: int, stage: ModelStage) -> AnyRow | None:
    """Return the last move of a model into or out of a stage."""
    touching = (registry_moves.c.model == model, _touches(stage))
    statement = select(registry_moves).where(*touching).order_by(registry_moves.c.id.desc()).limit(1)
    return connection.execute(statement).one_or_none()


def compile_history_search(connection: Connection, query: HistorySearch) -> PagedQuery:
    """Return what a search for moves fetches, the last one first.

    Args:
        connection: Where to look up which models had the name.
        query: Which moves to look for.

    Raises:
        ResourceNotFound: No model has or had the name.
    """
    bearers = _bearers(connection, query.name)
    # Of a model that lives under another name now, only what it did under this one is meant.
    whole = [bearer.model for bearer in bearers if bearer.until is None or not bearer.lives]
    conditions = [
        is_one_of(registry_moves.c.model, {bearer.model for bearer in bearers}),
        or_(is_one_of(registry_moves.c.model, whole), registry_moves.c.name == query.name),
    ]
    if query.stage is not None:
        conditions.append(_touches(query.stage))
    if query.alias is not None:
        conditions.append(registry_moves.c.alias == query.alias)
    if query.version is not None:
        number = query.version if abs(query.version) <= INT64_MAX else 0
        borne = and_(registry_moves.c.alias.is_not(None), registry_moves.c.from_version == number)
        conditions.append(or_(registry_moves.c.version == number, borne))
    fingerprint = query_fingerprint("moves", query.name, query.stage, query.alias, query.version)
    terms = [SortTerm(registry_moves.c.id, int, descending=True)]
    return PagedQuery(select(registry_moves).where(*conditions), terms, fingerprint)


def find_past_occupants(connection: Connection, name: str, stage: ModelStage, timestamp: int) -> list[PastOccupant]:
    """Return which versions were in a stage at a moment, newest number first.

    The model meant is the one that had the name then; if none had, the one that has it now, or had it last.

    Args:
        connection: Where to read.
        name: Name of the model, now or then.
        stage: The stage.
        timestamp: Milliseconds since 1970 UTC; moves of that very millisecond count.

    Raises:
        ResourceNotFound: No model has or had the name.
    """
    bearers = _bearers(connection, name)
    timestamp = max(-INT64_MAX, min(timestamp, INT64_MAX))
    then = [
        bearer.model
        for bearer in bearers
        if bearer.since <= timestamp and (bearer.until is None or timestamp < bearer.until)
    ]
    model = (then or [bearer.model for bearer in bearers])[-1]
    statement = (
        select(registry_moves)
        .where(registry_moves.c.model == model, registry_moves.c.timestamp <= timestamp, _touches(stage))
        .order_by(registry_moves.c.id)
    )
    inside: dict[int, RegistryMove] = {}
    for row in connection.execute(statement):
        if row.to_stage == stage:
            inside[row.version] = read_move(row)
        else:
            inside.pop(row.version, None)
    return [PastOccupant(inside[version].name, version, inside[version]) for version in sorted(inside, reverse=True)]


def read_move(row: AnyRow) -> RegistryMove:
    """Return the move that a row is."""
    return RegistryMove(
        move_id=row.id,
        change_id=row.change,
        name=row.name,
        version=row.version,
        alias=row.alias,
        from_stage=None if row.from_stage is None else ModelStage(row.from_stage),
        to_stage=None if row.to_stage is None else ModelStage(row.to_stage),
        from_version=row.from_version,
        timestamp=row.timestamp,
        actor=row.actor,
        operation=Operation(row.operation),
        reason=row.reason,
        gate=row.gate,
    )


def _touches(stage: ModelStage) -> ColumnElement[bool]:
    return or_(registry_moves.c.from_stage == stage, registry_moves.c.to_stage == stage)


def _bearers(connection: Connection, name: str) -> Sequence[AnyRow]:
    """Return the spans in which models had a name, the one that lasts or was last at the end."""
    names = registered_model_names
    lives = select(literal(1)).where(registered_models.c.id == names.c.model).exists()
    mine = (names.c.workspace == DEFAULT_WORKSPACE, names.c.name == name)
    statement = select(names, lives.label("lives")).where(*mine).order_by(names.c.id)
    found = connection.execute(statement).all()
    if not found:
        raise model_not_found(name)
    return found
