"""The history of the registry: recording moves of stages and aliases, and reading them back.

Changes and their moves are only ever added. They name a model by the store's own number, so that they stay with it
through every name it has; which model had which name when is kept beside them.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, insert, literal, or_, select, union_all, update

from trialog.entities import (
    INT64_MAX,
    Cause,
    HistorySearch,
    ModelStage,
    Operation,
    PastOccupant,
    RegistryMove,
    StageMove,
    Visibility,
)
from trialog.entities.clock import now_milliseconds
from trialog.store.json_values import table_of
from trialog.store.page_tokens import query_fingerprint
from trialog.store.paging import PagedQuery, SortTerm
from trialog.store.registry_rows import AnyModelRow, model_not_found
from trialog.store.registry_tables import registered_model_names, registered_models, registry_changes, registry_moves
from trialog.store.rows import AnyRow
from trialog.store.sets import is_one_of


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


def moment_of(connection: Connection, model: int) -> int:
    """Return when a change of a model happens: now, or when it changed last if the clock was set back since.

    So the order of a model's changes and that of their times are one and the same.

    Args:
        connection: Inside the writing transaction that makes the change.
        model: The model's own number.
    """
    changed = select(registered_models.c.last_updated_timestamp).where(registered_models.c.id == model)
    last: int = connection.execute(changed).scalar_one()
    return max(now_milliseconds(), last)


def record_moves(
    connection: Connection, model: AnyModelRow, moves: Sequence[Move], cause: Cause, now: int
) -> list[RegistryMove]:
    """Add the moves that one call makes to history.

    Args:
        connection: Inside the writing transaction that makes them.
        model: Row of the registered model.
        moves: What moves, in the order in which history tells it.
        cause: Who does it, and why.
        now: When, by `moment_of`.
    """
    if not moves:
        return []
    change = {
        "workspace": model.workspace,
        "model": model.id,
        "name": model.name,
        "timestamp": now,
        "actor": cause.actor,
        "operation": cause.operation,
        "reason": cause.reason,
        "gate": cause.gate,
    }
    number: int = connection.execute(
        insert(registry_changes).values(change).returning(registry_changes.c.id)
    ).scalar_one()
    # In one statement: SQLite takes ever longer for each of many that a trigger may undo.
    kinds = dict.fromkeys(Move._fields, str) | {"version": int, "from_version": int}
    listed = table_of("listed", [(place, *move) for place, move in enumerate(moves)], place=int, **kinds)
    values = [listed.c[name] for name in Move._fields]
    rows = select(literal(number), literal(model.id), *values).order_by(listed.c.place)
    connection.execute(insert(registry_moves).from_select(["change", "model", *Move._fields], rows))
    newest_first = select(registry_moves.c.id).where(registry_moves.c.model == model.id)
    made = connection.execute(newest_first.order_by(registry_moves.c.id.desc()).limit(len(moves))).scalars().all()
    return [
        RegistryMove(
            move_id=move_id,
            change_id=number,
            registered_model_id=model.id,
            name=model.name,
            timestamp=now,
            actor=cause.actor,
            operation=cause.operation,
            reason=cause.reason,
            gate=cause.gate,
            **move._asdict(),
        )
        for move_id, move in zip(reversed(made), moves, strict=True)
    ]


def free_since(connection: Connection, workspace: str, name: str) -> int:
    """Return when the last model of a workspace that had a name lost it; 0 if none had it."""
    names = registered_model_names
    mine = (names.c.workspace == workspace) & (names.c.name == name)
    return connection.execute(select(func.max(names.c.until)).where(mine)).scalar() or 0


def begin_name(connection: Connection, workspace: str, model: int, name: str, now: int) -> None:
    """Note that a model has a name from now on, and no longer the one before.

    Args:
        connection: Inside the writing transaction that gives it.
        workspace: Of which workspace it is.
        model: The model's own number.
        name: The name.
        now: When; not before `moment_of` and `free_since`.
    """
    end_name(connection, model, now)
    values = {"workspace": workspace, "name": name, "model": model, "since": now}
    connection.execute(insert(registered_model_names).values(values))


def end_name(connection: Connection, model: int, now: int) -> None:
    """Note that a model has its name no longer."""
    current = (registered_model_names.c.model == model) & registered_model_names.c.until.is_(None)
    connection.execute(update(registered_model_names).where(current).values(until=now))


def last_move(connection: Connection, model: int, stage: ModelStage) -> int:
    """Return the number of the last move of a model into or out of a stage; 0 if there was none."""
    ends = (
        select(func.max(registry_moves.c.id)).where(registry_moves.c.model == model, side == stage)
        for side in (registry_moves.c.from_stage, registry_moves.c.to_stage)
    )
    return max(connection.execute(end).scalar() or 0 for end in ends)


def find_move(connection: Connection, move_id: int) -> RegistryMove:
    """Return the move that a number stands for."""
    return read_move(connection.execute(_select_moves().where(registry_moves.c.id == move_id)).one())


def find_moves(connection: Connection, move_ids: Sequence[int]) -> list[RegistryMove]:
    """Return the moves that numbers stand for, in no order."""
    found = connection.execute(_select_moves().where(is_one_of(registry_moves.c.id, move_ids)))
    return [read_move(row) for row in found]


def find_arrival(connection: Connection, model: int, version: int, stage: ModelStage) -> RegistryMove | None:
    """Return the last move that brought a version of a model into a stage; None if none ever did.

    Args:
        connection: Where to read.
        model: The model's own number.
        version: The version, as users count them.
        stage: The stage.
    """
    its = (registry_moves.c.model == model, registry_moves.c.version == version, registry_moves.c.to_stage == stage)
    found = connection.execute(select(func.max(registry_moves.c.id)).where(*its)).scalar()
    return None if found is None else find_move(connection, found)


def read_stage_moves(connection: Connection, model: int, stage: ModelStage) -> list[StageMove]:
    """Return the moves of a model into and out of a stage, the first one first."""
    sides = union_all(
        *(
            select(*_STAGE_MOVE).where(registry_moves.c.model == model, side == stage)
            for side in (registry_moves.c.from_stage, registry_moves.c.to_stage)
        )
    ).subquery()
    statement = (
        select(sides.c.version, sides.c.to_stage, registry_changes.c.operation)
        .join(registry_changes, registry_changes.c.id == sides.c.change)
        .order_by(sides.c.id)
    )
    return [
        StageMove(version, _STAGES[after], Operation(operation))
        for version, after, operation in connection.execute(statement)
    ]


def compile_history_search(connection: Connection, workspace: str, query: HistorySearch) -> PagedQuery:
    """Return what a search for moves fetches, the last one first.

    Args:
        connection: Where to look up which models had the name.
        workspace: Of which workspace they are.
        query: Which moves to look for.

    Raises:
        ResourceNotFound: No model has or had the name.
    """
    bearers = _bearers(connection, workspace, query.name, query.visible)
    # Of a model that lives under another name now, only what it did under this one is meant.
    whole = [bearer.model for bearer in bearers if bearer.until is None or not bearer.lives]
    conditions = [
        is_one_of(registry_moves.c.model, {bearer.model for bearer in bearers}),
        or_(is_one_of(registry_moves.c.model, whole), registry_changes.c.name == query.name),
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
    return PagedQuery(_select_moves().where(*conditions), terms, fingerprint)


def find_past_occupants(
    connection: Connection,
    workspace: str,
    name: str,
    stage: ModelStage,
    timestamp: int,
    visible: Visibility | None = None,
) -> list[PastOccupant]:
    """Return which versions were in a stage at a moment, newest number first.

    The model meant is the one that had the name then; if none had, the one that has it now, or had it last.

    Args:
        connection: Where to read.
        workspace: Of which workspace the model is.
        name: Name of the model, now or then.
        stage: The stage.
        timestamp: Milliseconds since 1970 UTC; moves of that very millisecond count.
        visible: Which models may be read; None for all.

    Raises:
        ResourceNotFound: No model has or had the name.
    """
    bearers = _bearers(connection, workspace, name, visible)
    timestamp = max(-INT64_MAX, min(timestamp, INT64_MAX))
    then = [
        bearer.model
        for bearer in bearers
        if bearer.since <= timestamp and (bearer.until is None or timestamp < bearer.until)
    ]
    model = (then or [bearer.model for bearer in bearers])[-1]
    last = select(registry_changes.c.id).where(
        registry_changes.c.model == model, registry_changes.c.timestamp <= timestamp
    )
    newest_first = (registry_changes.c.timestamp.desc(), registry_changes.c.id.desc())
    change = connection.execute(last.order_by(*newest_first).limit(1)).scalar()
    if change is None:
        return []
    sides = union_all(
        *(
            select(registry_moves.c.version, registry_moves.c.id, literal(step).label("step")).where(
                registry_moves.c.model == model, side == stage, registry_moves.c.change <= change
            )
            for side, step in ((registry_moves.c.to_stage, 1), (registry_moves.c.from_stage, -1))
        )
    ).subquery()
    # A version that came in once more often than it left is there, since its last move of all.
    arrivals = select(func.max(sides.c.id)).group_by(sides.c.version).having(func.sum(sides.c.step) > 0)
    rows = connection.execute(
        _select_moves().where(registry_moves.c.id.in_(arrivals)).order_by(registry_moves.c.version.desc())
    )
    found = [read_move(row) for row in rows]
    return [PastOccupant(move.name, move.version, move) for move in found if move.version is not None]


def read_move(row: AnyRow) -> RegistryMove:
    """Return the move that a row is."""
    return RegistryMove(
        move_id=row.id,
        change_id=row.change,
        registered_model_id=row.model,
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


_STAGE_MOVE = (registry_moves.c.id, registry_moves.c.change, registry_moves.c.version, registry_moves.c.to_stage)
_STAGES: dict[str | None, ModelStage | None] = {None: None, **{stage.value: stage for stage in ModelStage}}
_SAID = tuple(registry_changes.c[name] for name in ("name", "timestamp", "actor", "operation", "reason", "gate"))


def _select_moves() -> Select[*tuple[Any, ...]]:
    """Return the statement that reads moves with what was said of their change."""
    changes = registry_moves.join(registry_changes, registry_changes.c.id == registry_moves.c.change)
    return select(*registry_moves.c, *_SAID).select_from(changes)


def _touches(stage: ModelStage) -> ColumnElement[bool]:
    return or_(registry_moves.c.from_stage == stage, registry_moves.c.to_stage == stage)


def _bearers(connection: Connection, workspace: str, name: str, visible: Visibility | None) -> Sequence[AnyRow]:
    """Return the spans in which models of a workspace had a name, the one that lasts or was last at the end.

    A name passes from model to model, and whoever may read one of them need not be permitted the others.
    """
    names = registered_model_names
    lives = select(literal(1)).where(registered_models.c.id == names.c.model).exists()
    mine = (names.c.workspace == workspace, names.c.name == name)
    statement = select(names, lives.label("lives")).where(*mine).order_by(names.c.id)
    found = [row for row in connection.execute(statement) if _may_be_read(row, visible)]
    if not found:
        raise model_not_found(name)
    return found


def _may_be_read(bearer: AnyRow, visible: Visibility | None) -> bool:
    if visible is None or visible.shows_all:
        return True
    # With a model that is gone, what was permitted on it is gone as well.
    return bool(bearer.lives) and visible.shows(str(bearer.model))
