"""Writes to the index what was read of a folder."""

from sqlalchemy import Connection

from trialog.entities import Experiment
from trialog.store.mlruns.index_models import (
    remove_experiment,
    remove_logged_model,
    remove_registered_model,
    write_experiment,
    write_logged_model,
    write_registered_model,
)
from trialog.store.mlruns.index_runs import remove_run, write_run
from trialog.store.mlruns.index_tables import State, forget, number_of, remember, revision_of
from trialog.store.mlruns.left_out import LeftOut, Reason
from trialog.store.mlruns.readers import RunInFolder
from trialog.store.mlruns.reading import Content, LoggedModelInFolder, ReadUnit
from trialog.store.mlruns.units import Kind

_REMOVERS = {
    Kind.EXPERIMENT: remove_experiment,
    Kind.RUN: remove_run,
    Kind.LOGGED_MODEL: remove_logged_model,
    Kind.REGISTERED_MODEL: remove_registered_model,
}


def write_unit(connection: Connection, read: ReadUnit) -> State | None:
    """Write what was read of something, and return what is remembered of it now.

    Args:
        connection: Inside a writing transaction.
        read: What was read. Its notes take what turns out now.

    Returns:
        None if another process has written it since it was looked up: then nothing is written.
    """
    unit, base = read.changed.unit, read.base
    if revision_of(connection, unit.key) != base.revision:
        return None
    number, metrics = base.number, base.metrics
    if read.content is not None:
        number = _write(connection, base.number, read.content, read)
        metrics = read.metrics.marks if number is not None else {}
    left_out = read.notes.all()
    state = State(
        unit.kind,
        number,
        read.changed.quick,
        # What was not read to its end, and what was half written when it was read, is looked at again; and so is what
        # lacks a name or an id that another one has and may lose.
        read.changed.snapshot.digest if read.metrics.is_whole and not _lacks_what_is_taken(left_out) else b"",
        read.is_finished,
        metrics,
        left_out,
        any(one.reason is Reason.NO_RUN for one in left_out),
    )
    remember(connection, unit.key, base.revision + 1, state)
    return state


def _lacks_what_is_taken(left_out: list[LeftOut]) -> bool:
    return any(one.reason in (Reason.ID_TAKEN, Reason.NAME_TAKEN) for one in left_out)


def remove_unit(connection: Connection, key: str, kind: Kind) -> None:
    """Take something that is gone out of the index.

    Args:
        connection: Inside a writing transaction.
        key: Where it was.
        kind: What it was.
    """
    number = number_of(connection, key)
    if number is not None:
        _REMOVERS[kind](connection, number)
    forget(connection, key)


def _write(connection: Connection, number: int | None, content: Content, read: ReadUnit) -> int | None:
    shown, notes = read.changed.unit.shown, read.notes
    if isinstance(content, RunInFolder):
        return write_run(connection, number, content, read.metrics, shown, notes)
    if isinstance(content, LoggedModelInFolder):
        return write_logged_model(connection, number, content.model, content.stage, read.metrics, shown, notes)
    if isinstance(content, Experiment):
        return write_experiment(connection, content, shown, notes)
    return write_registered_model(connection, number, content)
