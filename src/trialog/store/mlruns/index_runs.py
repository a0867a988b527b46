"""Writes runs of a folder, and the points of their metrics, to the index."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from trialog.store.inputs import add_dataset_inputs
from trialog.store.mlruns.left_out import Notes, Reason
from trialog.store.mlruns.readers import RunInFolder
from trialog.store.mlruns.run_changes import MetricChanges
from trialog.store.points import log_points
from trialog.store.run_rows import RunIdentity
from trialog.store.sets import is_one_of
from trialog.store.tables import (
    DEFAULT_WORKSPACE,
    NO_MODEL,
    chunks,
    dataset_input_tags,
    dataset_inputs,
    model_inputs,
    model_outputs,
    params,
    points,
    runs,
    series,
    tags,
)
from trialog.store.upserts import insert_missing


def write_run(
    connection: Connection, number: int | None, run: RunInFolder, metrics: MetricChanges, shown: str, notes: Notes
) -> int | None:
    """Write a run as it is now, and return its number; None if another one has its id.

    Args:
        connection: Inside a writing transaction.
        number: Its number; None if it is not there yet.
        run: What it is.
        metrics: What is new of its metrics.
        shown: What notes call it.
        notes: Takes what cannot be served.
    """
    info = run.info
    values: dict[str, Any] = {
        "run_id": info.run_id,
        "experiment": int(info.experiment_id),
        "name": info.run_name,
        "user_id": info.user_id,
        "status": info.status.value,
        "start_time": info.start_time,
        "end_time": info.end_time,
        "deleted_time": run.deleted_time,
        "lifecycle_stage": info.lifecycle_stage.value,
        "artifact_uri": info.artifact_uri,
    }
    if number is None:
        if connection.execute(select(runs.c.id).where(runs.c.run_id == info.run_id)).first() is not None:
            notes.add(Reason.ID_TAKEN, shown)
            return None
        number = int(connection.execute(insert(runs).values(values).returning(runs.c.id)).scalar_one())
    else:
        connection.execute(update(runs).where(runs.c.id == number).values(values))
        _take_away_noted(connection, number)
    insert_missing(connection, params, [(number, param.key, param.value) for param in run.params])
    insert_missing(connection, tags, [(number, tag.key, tag.value) for tag in run.tags])
    add_dataset_inputs(
        connection, RunIdentity(number, int(info.experiment_id), info.lifecycle_stage.value), run.dataset_inputs
    )
    insert_missing(connection, model_inputs, [(number, model.model_id) for model in run.model_inputs])
    insert_missing(connection, model_outputs, [(number, model.model_id, model.step) for model in run.model_outputs])
    _write_points(connection, number, int(info.experiment_id), metrics)
    return number


def remove_run(connection: Connection, number: int) -> None:
    """Take a run that is gone out of the index, with all that was logged to it.

    Args:
        connection: Inside a writing transaction.
        number: Its number.
    """
    remove_series(connection, connection.scalars(select(series.c.id).where(series.c.run == number)).all())
    _take_away_noted(connection, number)
    connection.execute(delete(runs).where(runs.c.id == number))


def remove_series(connection: Connection, numbers: Sequence[int]) -> None:
    """Take series out of the index, with their points.

    Args:
        connection: Inside a writing transaction.
        numbers: The store's own numbers.
    """
    if numbers:
        for table, column in ((points, points.c.series), (chunks, chunks.c.series), (series, series.c.id)):
            connection.execute(delete(table).where(is_one_of(column, numbers)))


def _write_points(connection: Connection, number: int, experiment: int, metrics: MetricChanges) -> None:
    anew = [*metrics.gone, *(change.key for change in metrics.changes if change.is_anew)]
    if anew:
        theirs = (series.c.run == number) & (series.c.model == NO_MODEL) & is_one_of(series.c.key, anew)
        remove_series(connection, connection.scalars(select(series.c.id).where(theirs)).all())
    new = [point for change in metrics.changes for point in change.points]
    log_points(connection, DEFAULT_WORKSPACE, number, experiment, new)


def _take_away_noted(connection: Connection, number: int) -> None:
    inputs = connection.scalars(select(dataset_inputs.c.id).where(dataset_inputs.c.run == number)).all()
    if inputs:
        connection.execute(delete(dataset_input_tags).where(is_one_of(dataset_input_tags.c.input, inputs)))
    tables: tuple[Table, ...] = (params, tags, dataset_inputs, model_inputs, model_outputs)
    for table in tables:
        connection.execute(delete(table).where(table.c.run == number))
