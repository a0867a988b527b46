"""What is in the bin, what of it may be removed for good, and what is held by versions of registered models."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)

from trialog.entities import DEFAULT_EXPERIMENT_ID, INT64_MAX, LifecycleStage
from trialog.entities.bin import MAX_REMOVED_AT_ONCE, BinContent, BinFolder, BinItem, BinKind, BinSelection, HeldItem
from trialog.entities.limits import check_at_once, parse_experiment_id
from trialog.errors import Conflict, InvalidParameter, ResourceNotFound, TrialogError
from trialog.store.points import model_not_found
from trialog.store.prepared import Prepared
from trialog.store.registry_tables import model_versions, registered_models
from trialog.store.removal_tables import removals
from trialog.store.run_rows import run_not_found
from trialog.store.sets import is_one_of
from trialog.store.tables import NO_MODEL, experiments, logged_models, params, runs, series, tags
from trialog.store.workspace_scope import lies_in, workspace_of

# What a row takes with its indexes, as measured.
_BYTES_OF: Final = {"row": 34, "sealed": 13, "series": 320, "note": 160, "run": 600}
_HELD_SHOWN: Final = 100
_FOUND_AT_ONCE: Final = 500
_DELETED: Final = LifecycleStage.DELETED.value
_DEFAULT: Final = int(DEFAULT_EXPERIMENT_ID)

_ID: Final[dict[BinKind, Column[Any]]] = {
    BinKind.EXPERIMENT: experiments.c.id,
    BinKind.LOGGED_MODEL: logged_models.c.model_id,
    BinKind.RUN: runs.c.run_id,
}
_TABLE: Final[dict[BinKind, Table]] = {
    BinKind.EXPERIMENT: experiments,
    BinKind.LOGGED_MODEL: logged_models,
    BinKind.RUN: runs,
}
_INSIDE: Final = (BinKind.RUN, BinKind.LOGGED_MODEL)
_DELETED_TIME: Final[dict[BinKind, Column[Any]]] = {
    BinKind.EXPERIMENT: experiments.c.last_update_time,
    BinKind.LOGGED_MODEL: logged_models.c.last_updated_timestamp,
    BinKind.RUN: runs.c.deleted_time,
}

_workspace_of_version = (
    select(registered_models.c.workspace)
    .where(registered_models.c.id == model_versions.c.model)
    .correlate_except(registered_models)
    .scalar_subquery()
)
# Clients may say of a version that it comes from whatever run they can name. It holds those of its own workspace.
_run_is_held = (
    select(1)
    .where(model_versions.c.run_id == runs.c.run_id, _workspace_of_version == workspace_of(runs.c.experiment))
    .exists()
)
_model_is_held = (
    select(1)
    .where(
        model_versions.c.model_id == logged_models.c.model_id,
        _workspace_of_version == workspace_of(logged_models.c.experiment),
    )
    .exists()
)
_holds_something = or_(
    select(1).where(runs.c.experiment == experiments.c.id, _run_is_held).exists(),
    select(1).where(logged_models.c.experiment == experiments.c.id, _model_is_held).exists(),
)
_has_active_run = (
    select(1)
    .where(runs.c.experiment == experiments.c.id, runs.c.lifecycle_stage == LifecycleStage.ACTIVE.value)
    .exists()
)
_MAY_GO: Final[dict[BinKind, ColumnElement[bool]]] = {
    BinKind.EXPERIMENT: and_(experiments.c.id != _DEFAULT, ~_has_active_run, ~_holds_something),
    BinKind.LOGGED_MODEL: ~_model_is_held,
    BinKind.RUN: ~_run_is_held,
}


def _here(kind: BinKind, workspace: str | None) -> ColumnElement[bool]:
    """Return the condition that something is of a workspace; None stands for all of them."""
    if workspace is None:
        return true()
    if kind is BinKind.EXPERIMENT:
        return experiments.c.workspace == workspace
    return lies_in(workspace, _TABLE[kind].c.experiment)


def _in_bin(kind: BinKind, before: int | None, workspace: str | None) -> ColumnElement[bool]:
    deleted = and_(_TABLE[kind].c.lifecycle_stage == _DELETED, _here(kind, workspace))
    return deleted if before is None else and_(deleted, _DELETED_TIME[kind] <= before)


def _statement_that_removes(kind: BinKind) -> Prepared:
    table = _TABLE[kind]
    # Looked at again: it may have been restored, or registered, since it was found.
    condition = and_(
        table.c.id == bindparam("number"),
        table.c.lifecycle_stage == _DELETED,
        func.coalesce(_DELETED_TIME[kind], 0) <= bindparam("before", type_=BigInteger),
        _MAY_GO[kind],
    )
    place = (table.c.workspace,) if kind is BinKind.EXPERIMENT else (table.c.experiment, table.c.artifact_uri)
    return Prepared(delete(table).where(condition).returning(_ID[kind], *place), ["number", "before"])


# The experiment may have been taken out a moment ago, with whatever is in it.
_select_workspace: Final = Prepared(
    union_all(
        select(experiments.c.workspace).where(experiments.c.id == bindparam("experiment")),
        select(removals.c.workspace).where(
            removals.c.kind == BinKind.EXPERIMENT.value, removals.c.number == bindparam("experiment")
        ),
    ),
    ["experiment"],
)
_remove: Final = {kind: _statement_that_removes(kind) for kind in BinKind}


class TakenOut(NamedTuple):
    """Something whose row is gone.

    Args:
        item_id: Its id.
        workspace: Of which workspace it was.
        artifact_uri: The place of its files, if it has any.
    """

    item_id: str
    workspace: str
    artifact_uri: str | None = None


def take_out(connection: Connection, item: BinItem, before: int | None) -> TakenOut | None:
    """Remove the row of something, so that nobody reaches it any more.

    Args:
        connection: Inside a writing transaction.
        item: What.
        before: Only if it was deleted at this moment or before.

    Returns:
        What was known of it; None if it may not be removed now.
    """
    found = _remove[item.kind].rows(connection, (item.number, INT64_MAX if before is None else before))
    if not found:
        return None
    [(item_id, place, *uri)] = found
    if item.kind is BinKind.EXPERIMENT:
        return TakenOut(str(item_id), place)
    workspace = _select_workspace.rows(connection, (place,))[0][0]
    return TakenOut(item_id, workspace, *uri)


def find_candidates(
    connection: Connection, workspace: str | None, kind: BinKind, before: int | None, after: int
) -> list[BinItem]:
    """Return things of a kind that may be removed, in the order of their numbers.

    Args:
        connection: Where to read.
        workspace: Of which workspace; None for all.
        kind: Of which kind.
        before: Only what was deleted at this moment or before.
        after: Only those with a higher number.
    """
    number = _TABLE[kind].c.id
    statement = (
        select(number, _ID[kind].label("item_id"))
        .where(number > after, _in_bin(kind, before, workspace), _MAY_GO[kind])
        .order_by(number)
        .limit(_FOUND_AT_ONCE)
    )
    return [BinItem(kind, found, str(item_id)) for found, item_id in connection.execute(statement)]


def find_named(connection: Connection, workspace: str | None, selection: BinSelection, kind: BinKind) -> list[BinItem]:
    """Return the things of a kind that are named.

    Args:
        connection: Where to read.
        workspace: Of which workspace; None for all.
        selection: What is named.
        kind: Of which kind.

    Raises:
        InvalidParameter: One is not in the bin, or not as old as asked.
        Conflict: A version of a registered model comes from one, or it is an experiment with an active run.
        ResourceNotFound: One is not there.
    """
    named = {
        BinKind.RUN: selection.run_ids,
        BinKind.EXPERIMENT: selection.experiment_ids,
        BinKind.LOGGED_MODEL: selection.logged_model_ids,
    }[kind]
    if not named:
        return []
    check_at_once(f"{kind.value.replace('_', ' ')}s", named, MAX_REMOVED_AT_ONCE)
    ids: list[Any] = [parse_experiment_id(one) if kind is BinKind.EXPERIMENT else one for one in dict.fromkeys(named)]
    table = _TABLE[kind]
    statement = select(
        _ID[kind].label("item_id"), table.c.id.label("number"), table.c.lifecycle_stage, _DELETED_TIME[kind]
    )
    here = _here(kind, workspace)
    rows = {row[0]: row for row in connection.execute(statement.where(is_one_of(_ID[kind], ids), here))}
    found = []
    for one in ids:
        if one not in rows:
            raise _not_there(kind, str(one))
        _, number, stage, deleted_time = rows[one]
        item = BinItem(kind, number, str(one))
        if stage != _DELETED:
            raise _not_in_bin(item, stage)
        if selection.deleted_before is not None and deleted_time > selection.deleted_before:
            raise _too_new(item)
        found.append(item)
    _check_may_go(connection, kind, found)
    return found


def look(connection: Connection, workspace: str | None, selection: BinSelection) -> BinContent:
    """Say what is in the bin.

    Args:
        connection: Where to read.
        workspace: Of which workspace; None for all.
        selection: Of what.

    Raises:
        TrialogError: As `find_named`.
    """
    chosen = _chosen(connection, workspace, selection, BinKind.EXPERIMENT)
    chosen_runs, chosen_models = (_chosen_inside(connection, workspace, selection, kind, chosen) for kind in _INSIDE)
    experiment_count, first = _count(connection, experiments.c.last_update_time, chosen)
    run_count, first_run = _count(connection, runs.c.deleted_time, chosen_runs)
    model_count, first_model = _count(connection, logged_models.c.last_updated_timestamp, chosen_models)
    points, estimated = _weigh(connection, select(runs.c.id).where(chosen_runs)) if run_count else (0, 0)
    held, held_count = ((), 0) if selection.is_named else _held(connection, workspace, selection.deleted_before)
    return BinContent(
        experiments=experiment_count,
        runs=run_count,
        logged_models=model_count,
        points=points,
        estimated_bytes=estimated + run_count * _BYTES_OF["run"],
        oldest=min((one for one in (first, first_run, first_model) if one is not None), default=None),
        held=held,
        held_count=held_count,
        being_removed=connection.execute(
            select(func.count()).select_from(removals).where(removal_is_of(workspace))
        ).scalar_one(),
        free_bytes=free_bytes(connection),
    )


def removal_is_of(workspace: str | None) -> ColumnElement[bool]:
    """Return the condition that a removal is of something in a workspace; None stands for all of them."""
    return true() if workspace is None else removals.c.workspace == workspace


def find_folders(
    connection: Connection, workspace: str | None, selection: BinSelection, kind: BinKind, after: int
) -> list[BinFolder]:
    """Return where runs or logged models that would be removed keep their files.

    Args:
        connection: Where to read.
        workspace: Of which workspace; None for all.
        selection: Of what.
        kind: Of which kind.
        after: Only those with a higher number.

    Raises:
        TrialogError: As `find_named`.
    """
    table = _TABLE[kind]
    experiment = _chosen(connection, workspace, selection, BinKind.EXPERIMENT)
    chosen = _chosen_inside(connection, workspace, selection, kind, experiment)
    statement = (
        select(table.c.id, _ID[kind].label("item_id"), table.c.artifact_uri)
        .where(chosen, table.c.id > after)
        .order_by(table.c.id)
        .limit(_FOUND_AT_ONCE)
    )
    return [BinFolder(*row) for row in connection.execute(statement)]


def free_bytes(connection: Connection) -> int:
    """Return how much room inside the database's file could be given back to the disk; 0 where that is not known."""
    if connection.dialect.name != "sqlite":
        return 0
    pages, size = (
        connection.exec_driver_sql(f"PRAGMA {name}").scalar() or 0 for name in ("freelist_count", "page_size")
    )
    return int(pages) * int(size)


def _chosen(
    connection: Connection, workspace: str | None, selection: BinSelection, kind: BinKind
) -> ColumnElement[bool]:
    if not selection.is_named:
        return and_(_in_bin(kind, selection.deleted_before, workspace), _MAY_GO[kind])
    named = find_named(connection, workspace, selection, kind)
    return is_one_of(_TABLE[kind].c.id, [item.number for item in named]) if named else false()


def _chosen_inside(
    connection: Connection,
    workspace: str | None,
    selection: BinSelection,
    kind: BinKind,
    chosen: ColumnElement[bool],
) -> ColumnElement[bool]:
    """Return the condition for runs or logged models that are selected, or are in an experiment that is."""
    inside = _TABLE[kind].c.experiment.in_(select(experiments.c.id).where(chosen))
    return or_(_chosen(connection, workspace, selection, kind), inside)


def _count(connection: Connection, time: Column[Any], condition: ColumnElement[bool]) -> tuple[int, int | None]:
    count, first = connection.execute(select(func.count(), func.min(time)).where(condition)).one()
    return count, first


def _weigh(connection: Connection, numbers: Select[Any]) -> tuple[int, int]:
    """Return how many points runs have, and about how many bytes all takes that was logged to them."""
    own = series.c.model == NO_MODEL
    measured = select(
        func.count(),
        func.coalesce(func.sum(series.c.count).filter(own), 0),
        func.coalesce(func.sum(series.c.count - series.c.sealed_count), 0),
        func.coalesce(func.sum(series.c.sealed_count), 0),
    ).where(series.c.run.in_(numbers))
    count, points, rows, sealed = (int(value) for value in connection.execute(measured).one())
    notes = sum(
        connection.execute(select(func.count()).where(table.c.run.in_(numbers))).scalar_one()
        for table in (params, tags)
    )
    parts = {"series": count, "row": rows, "sealed": sealed, "note": notes}
    return points, sum(_BYTES_OF[part] * number for part, number in parts.items())


def _held(connection: Connection, workspace: str | None, before: int | None) -> tuple[tuple[HeldItem, ...], int]:
    """Return some of what is not removed because versions come from it, and how much that is in all."""
    shown: list[HeldItem] = []
    count = 0
    for kind, said in ((BinKind.RUN, model_versions.c.run_id), (BinKind.LOGGED_MODEL, model_versions.c.model_id)):
        in_bin = _in_bin(kind, before, workspace)
        count += connection.execute(
            select(func.count(said.distinct()))
            .join(_TABLE[kind], _ID[kind] == said)
            .where(in_bin, _workspace_of_version == workspace_of(_TABLE[kind].c.experiment))
        ).scalar_one()
        shown += _versions(connection, kind, in_bin, _HELD_SHOWN - len(shown))
    return tuple(shown), count


def _versions(connection: Connection, kind: BinKind, condition: ColumnElement[bool], most: int) -> list[HeldItem]:
    said = model_versions.c.run_id if kind is BinKind.RUN else model_versions.c.model_id
    statement = (
        select(said, registered_models.c.name, model_versions.c.version)
        .join(_TABLE[kind], _ID[kind] == said)
        .join(registered_models, registered_models.c.id == model_versions.c.model)
        .where(condition, registered_models.c.workspace == workspace_of(_TABLE[kind].c.experiment))
        .order_by(model_versions.c.id)
        .limit(most)
    )
    return [HeldItem(kind, item_id, name, version) for item_id, name, version in connection.execute(statement)]


def _check_may_go(connection: Connection, kind: BinKind, items: Sequence[BinItem]) -> None:
    """Refuse what is in the bin and is not removed nevertheless.

    Raises:
        Conflict: One of them is not.
    """
    mine = is_one_of(_TABLE[kind].c.id, [item.number for item in items])
    if kind is BinKind.EXPERIMENT:
        if any(item.number == _DEFAULT for item in items):
            raise Conflict(
                "bin.default_experiment",
                f"The experiment {_DEFAULT} is always there and is not removed for good; name its runs instead.",
                experiment_id=DEFAULT_EXPERIMENT_ID,
            )
        active = select(experiments.c.id).where(mine, _has_active_run).limit(1)
        if (number := connection.execute(active).scalar()) is not None:
            raise Conflict(
                "bin.active_run_inside",
                f"The experiment {number} holds an active run and is not removed for good. Delete the run first, or"
                " restore the experiment.",
                experiment_id=number,
            )
        for part, inside in ((BinKind.RUN, runs.c.experiment), (BinKind.LOGGED_MODEL, logged_models.c.experiment)):
            _check_unheld(connection, part, is_one_of(inside, [item.number for item in items]))
    else:
        _check_unheld(connection, kind, mine)


def _check_unheld(connection: Connection, kind: BinKind, condition: ColumnElement[bool]) -> None:
    for held in _versions(connection, kind, condition, 1):
        what = held.kind.value.replace("_", " ")
        raise Conflict(
            "bin.held",
            f"Version {held.version} of the registered model '{held.name}' comes from the {what} {held.item_id}, which"
            " is not removed for good as long as the version is there. Delete the version first.",
            kind=held.kind.value,
            id=held.item_id,
            name=held.name,
            version=held.version,
        )


def _not_there(kind: BinKind, item_id: str) -> TrialogError:
    if kind is BinKind.RUN:
        return run_not_found(item_id)
    if kind is BinKind.LOGGED_MODEL:
        return model_not_found(item_id)
    return ResourceNotFound("experiment.not_found", f"No Experiment with id={item_id} exists", experiment_id=item_id)


def _not_in_bin(item: BinItem, stage: str) -> InvalidParameter:
    what = item.kind.value.replace("_", " ")
    return InvalidParameter(
        "bin.not_deleted",
        f"The {what} {item.item_id} is {stage} and not in the bin: only what was deleted is removed for good. Delete it"
        " first.",
        kind=item.kind.value,
        id=item.item_id,
    )


def _too_new(item: BinItem) -> InvalidParameter:
    what = item.kind.value.replace("_", " ")
    return InvalidParameter(
        "bin.too_new",
        f"The {what} {item.item_id} was deleted later than asked; nothing was removed. Leave it out, or ask for a"
        " shorter age.",
        kind=item.kind.value,
        id=item.item_id,
    )
