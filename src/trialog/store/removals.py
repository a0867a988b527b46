"""What is left of removed runs, logged models and experiments: taken away some rows at a time.

Every step may be the last: the next one looks anew at what is there. The row that tells of a removal goes last.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from time import perf_counter
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Table, bindparam, delete, insert, select, tuple_

from trialog.entities.bin import BinKind, Removal
from trialog.entities.clock import now_milliseconds
from trialog.store.prepared import Prepared
from trialog.store.registry_tables import metric_meanings
from trialog.store.removal_tables import removals
from trialog.store.sets import LISTED, as_list, is_listed
from trialog.store.tables import (
    NO_MODEL,
    chunks,
    dataset_input_tags,
    dataset_inputs,
    datasets,
    experiment_tags,
    is_of_model,
    log_streams,
    logged_model_params,
    logged_model_tags,
    logged_models,
    model_inputs,
    model_outputs,
    params,
    points,
    runs,
    series,
    tags,
)

# Rows that one statement removes: about a millisecond's work.
_ROWS = 1000
_CHUNKS = 16
_SERIES = 50
_ITEMS = 20

_INSERTED = ["kind", "number", "item_id", "artifact_uri", "begun_at", "workspace"]
_insert_removal = Prepared(insert(removals).values({name: bindparam(name) for name in _INSERTED}), _INSERTED)
_select_workspace = Prepared(select(removals.c.workspace).where(removals.c.id == bindparam("removal")), ["removal"])
_delete_removal = Prepared(delete(removals).where(removals.c.id == bindparam("removal")), ["removal"])

_SERIES_COLUMNS = (series.c.id, series.c.model, series.c.count, series.c.sealed_count)
_series_of = {
    column.name: Prepared(select(*_SERIES_COLUMNS).where(*conditions).order_by(series.c.key).limit(_SERIES), ["owner"])
    for column, *conditions in (
        (series.c.run, series.c.run == bindparam("owner")),
        (series.c.model, series.c.model == bindparam("owner"), is_of_model),
    )
}
_delete_series = Prepared(delete(series).where(is_listed(series.c.id)), [LISTED])
_delete_all_points = Prepared(delete(points).where(is_listed(points.c.series)), [LISTED])
_chunks_of = Prepared(
    select(chunks.c.id, chunks.c.count).where(chunks.c.series == bindparam("series")).limit(_CHUNKS), ["series"]
)
_delete_chunks = Prepared(delete(chunks).where(is_listed(chunks.c.id)), [LISTED])
_select_inputs = Prepared(
    select(dataset_inputs.c.id, dataset_inputs.c.dataset)
    .where(dataset_inputs.c.run == bindparam("run"))
    .order_by(dataset_inputs.c.id)
    .limit(_ITEMS),
    ["run"],
)
_delete_input = Prepared(delete(dataset_inputs).where(dataset_inputs.c.id == bindparam("input")), ["input"])
_is_used = select(1).where(dataset_inputs.c.dataset == datasets.c.id).exists()
_delete_unused = Prepared(delete(datasets).where(datasets.c.id == bindparam("dataset"), ~_is_used), ["dataset"])
_runs_of_experiment = Prepared(
    select(runs.c.id, runs.c.run_id, runs.c.artifact_uri)
    .where(runs.c.experiment == bindparam("experiment"))
    .limit(_ITEMS),
    ["experiment"],
)
_models_of_experiment = Prepared(
    select(logged_models.c.id, logged_models.c.model_id, logged_models.c.artifact_uri)
    .where(logged_models.c.experiment == bindparam("experiment"))
    .limit(_ITEMS),
    ["experiment"],
)
_delete_run = Prepared(delete(runs).where(runs.c.id == bindparam("number")), ["number"])
_delete_model = Prepared(delete(logged_models).where(logged_models.c.id == bindparam("number")), ["number"])
_delete_meanings = Prepared(
    delete(metric_meanings).where(metric_meanings.c.experiment_id == bindparam("experiment")), ["experiment"]
)


class Clock:
    """Tells a step when it has to end, so that whoever else writes need not wait long.

    Args:
        seconds: How long the step may take.
    """

    def __init__(self, seconds: float) -> None:
        self._end = perf_counter() + seconds

    @property
    def is_over(self) -> bool:
        """Whether nothing further is to be begun."""
        return perf_counter() >= self._end


class _Some(NamedTuple):
    """Statements that remove some rows of an owner at a time, in the order of a key.

    Args:
        last: Finds the key of the last of them; none if there are no more than that.
        up_to: Removes those up to a key.
        all: Removes all.
    """

    last: Prepared
    up_to: Prepared
    all: Prepared


def _some(table: Table, owner: Column[Any], key: Sequence[Column[Any]]) -> _Some:
    mine = owner == bindparam("owner", type_=owner.type)
    bounds = [bindparam(f"bound_{column.name}", type_=column.type) for column in key]
    # A tuple of one is no tuple everywhere.
    is_before = key[0] <= bounds[0] if len(key) == 1 else tuple_(*key) <= tuple_(*bounds)
    return _Some(
        Prepared(select(*key).where(mine).order_by(*key).limit(1).offset(_ROWS - 1), ["owner"]),
        Prepared(delete(table).where(mine, is_before), ["owner", *(bound.key for bound in bounds)]),
        Prepared(delete(table).where(mine), ["owner"]),
    )


def _by_key(table: Table) -> _Some:
    """Return the statements for a table whose primary key begins with the owner."""
    owner, *key = table.primary_key.columns
    return _some(table, owner, key)


_some_points = _by_key(points)
_some_input_tags = _by_key(dataset_input_tags)
_some_datasets = _some(datasets, datasets.c.experiment, (datasets.c.name, datasets.c.digest))
_of_run = [_by_key(table) for table in (params, tags, model_inputs, model_outputs, log_streams)]
_of_model = [_by_key(table) for table in (logged_model_params, logged_model_tags)]
_of_experiment = [_by_key(experiment_tags), _some_datasets]


def begin_removal(
    connection: Connection, kind: BinKind, number: int, item_id: str, artifact_uri: str | None, workspace: str
) -> None:
    """Note that something is being removed; its own row goes in the same transaction.

    Args:
        connection: Inside a writing transaction.
        kind: What it is.
        number: The store's own number of it.
        item_id: Its id, as clients know it.
        artifact_uri: Where its files are, if it has any.
        workspace: Of which workspace it is.
    """
    _insert_removal.rows(connection, (kind.value, number, item_id, artifact_uri, now_milliseconds(), workspace))


def go_on(connection: Connection, removal: Removal, clock: Clock) -> tuple[int, bool]:
    """Go on with a removal as long as there is time.

    Args:
        connection: Inside a writing transaction.
        removal: Which.
        clock: How long.

    Returns:
        How many points of metrics were removed, and whether the removal is finished.
    """
    count = 0
    for removed in _steps(connection, removal):
        count += removed
        if clock.is_over:
            return count, False
    _delete_removal.rows(connection, (removal.number,))
    return count, True


def _steps(connection: Connection, removal: Removal) -> Iterator[int]:
    """Remove a little for each item that is asked for, and yield how many points that were."""
    number = removal.item.number
    match removal.item.kind:
        case BinKind.RUN:
            yield from _remove_series(connection, series.c.run.name, number)
            yield from _remove_inputs(connection, number)
            yield from _remove_rows(connection, _of_run, number)
        case BinKind.LOGGED_MODEL:
            yield from _remove_series(connection, series.c.model.name, number)
            yield from _remove_rows(connection, _of_model, number)
        case BinKind.EXPERIMENT:
            for rows, remove, what in (
                (_runs_of_experiment, _delete_run, BinKind.RUN),
                (_models_of_experiment, _delete_model, BinKind.LOGGED_MODEL),
            ):
                yield from _hand_over(connection, removal, rows, remove, what)
            _delete_meanings.rows(connection, (str(number),))
            yield from _remove_rows(connection, _of_experiment, number)


def _hand_over(
    connection: Connection, removal: Removal, select_some: Prepared, remove: Prepared, kind: BinKind
) -> Iterator[int]:
    """Begin the removal of what an experiment holds, which nobody could restore since that of the experiment began."""
    while found := select_some.rows(connection, (removal.item.number,)):
        # Asked again each time: the workspace may have been deleted, and another may have its name by now.
        [[workspace]] = _select_workspace.rows(connection, (removal.number,))
        for number, item_id, artifact_uri in found:
            remove.rows(connection, (number,))
            begin_removal(connection, kind, number, item_id, artifact_uri, workspace)
        yield 0


def _remove_series(connection: Connection, owner: str, number: int) -> Iterator[int]:
    while found := _series_of[owner].rows(connection, (number,)):
        small, rows, count = [], 0, 0
        for one, model, points_of_one, sealed in found:
            rows += points_of_one
            if sealed or rows > _ROWS:
                break
            small.append(one)
            count += points_of_one if model == NO_MODEL else 0
        if small:
            _delete_all_points.many(connection, [(as_list(small),)])
        else:
            small, is_own = [found[0][0]], found[0][1] == NO_MODEL
            for removed in chain(_remove(_some_points, connection, small[0]), _remove_chunks(connection, small[0])):
                yield removed if is_own else 0
        # Nothing of them is left in this transaction, and none can come: their run or model is not there any more.
        _delete_series.many(connection, [(as_list(small),)])
        yield count


def _remove_chunks(connection: Connection, number: int) -> Iterator[int]:
    while found := _chunks_of.rows(connection, (number,)):
        _delete_chunks.many(connection, [(as_list(one for one, _ in found),)])
        yield sum(count for _, count in found)


def _remove_inputs(connection: Connection, run: int) -> Iterator[int]:
    while found := _select_inputs.rows(connection, (run,)):
        for one, dataset in found:
            for _ in _remove(_some_input_tags, connection, one):
                yield 0
            _delete_input.rows(connection, (one,))
            _delete_unused.rows(connection, (dataset,))
        yield 0


def _remove_rows(connection: Connection, tables: Sequence[_Some], owner: int) -> Iterator[int]:
    for table in tables:
        for _ in _remove(table, connection, owner):
            yield 0


def _remove(table: _Some, connection: Connection, owner: int) -> Iterator[int]:
    """Remove the rows of an owner, some for each item that is asked for; yield how many."""
    while last := table.last.rows(connection, (owner,)):
        yield table.up_to.many(connection, [(owner, *last[0])])
    yield table.all.many(connection, [(owner,)])
