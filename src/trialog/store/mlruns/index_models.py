"""Writes experiments, logged models and registered models of a folder to the index."""

from collections import defaultdict
from typing import Any

from msgspec import structs
from sqlalchemy import Connection, delete, insert, select, update

from trialog.entities import Experiment, LifecycleStage, LoggedModel, Metric
from trialog.store.mlruns.index_runs import remove_series
from trialog.store.mlruns.left_out import Notes, Reason
from trialog.store.mlruns.registry_readers import RegisteredModelInFolder
from trialog.store.mlruns.run_changes import MetricChanges
from trialog.store.points import log_points
from trialog.store.registry_history import begin_name
from trialog.store.registry_tables import (
    model_version_tags,
    model_versions,
    registered_model_aliases,
    registered_model_names,
    registered_model_tags,
    registered_models,
)
from trialog.store.sets import is_one_of
from trialog.store.tables import (
    DEFAULT_WORKSPACE,
    datasets,
    experiment_tags,
    experiments,
    is_of_model,
    logged_model_params,
    logged_model_tags,
    logged_models,
    runs,
    series,
)
from trialog.store.upserts import insert_missing
from trialog.store.version_content import delete_versions, store_content


def write_experiment(connection: Connection, experiment: Experiment, shown: str, notes: Notes) -> int:
    """Write an experiment as it is now, and return its number.

    Args:
        connection: Inside a writing transaction.
        experiment: What it is.
        shown: What notes call it.
        notes: Takes that its name is another one's, if it is.
    """
    number = int(experiment.experiment_id)
    name = experiment.name
    same = (experiments.c.workspace == DEFAULT_WORKSPACE) & (experiments.c.name == name) & (experiments.c.id != number)
    if connection.execute(select(experiments.c.id).where(same)).first() is not None:
        notes.add(Reason.NAME_TAKEN, shown)
        name = f"{name} ({number})"
    values: dict[str, Any] = {
        "workspace": DEFAULT_WORKSPACE,
        "name": name,
        "artifact_location": experiment.artifact_location,
        "lifecycle_stage": experiment.lifecycle_stage.value,
        "creation_time": experiment.creation_time,
        "last_update_time": experiment.last_update_time,
    }
    if connection.execute(update(experiments).where(experiments.c.id == number).values(values)).rowcount == 0:
        connection.execute(insert(experiments).values(id=number, **values))
    connection.execute(delete(experiment_tags).where(experiment_tags.c.experiment == number))
    insert_missing(connection, experiment_tags, [(number, tag.key, tag.value) for tag in experiment.tags])
    return number


def remove_experiment(connection: Connection, number: int) -> None:
    """Take an experiment that is gone out of the index; what was in it is taken out by itself."""
    for table, column in (
        (experiment_tags, experiment_tags.c.experiment),
        (datasets, datasets.c.experiment),
        (experiments, experiments.c.id),
    ):
        connection.execute(delete(table).where(column == number))


def write_logged_model(
    connection: Connection,
    number: int | None,
    model: LoggedModel,
    stage: LifecycleStage,
    metrics: MetricChanges,
    shown: str,
    notes: Notes,
) -> int | None:
    """Write a logged model as it is now, and return its number; None if another one has its id.

    Args:
        connection: Inside a writing transaction.
        number: Its number; None if it is not there yet.
        model: What it is.
        stage: Whether it is deleted.
        metrics: What is new of its metrics.
        shown: What notes call it.
        notes: Takes what cannot be served.
    """
    values: dict[str, Any] = {
        "model_id": model.model_id,
        "experiment": int(model.experiment_id),
        "name": model.name,
        "artifact_uri": model.artifact_uri,
        "creation_timestamp": model.creation_timestamp,
        "last_updated_timestamp": model.last_updated_timestamp,
        "status": model.status.value,
        "lifecycle_stage": stage.value,
        "model_type": model.model_type,
        "source_run_id": model.source_run_id,
    }
    if number is None:
        taken = select(logged_models.c.id).where(logged_models.c.model_id == model.model_id)
        if connection.execute(taken).first() is not None:
            notes.add(Reason.ID_TAKEN, shown)
            return None
        statement = insert(logged_models).values(values).returning(logged_models.c.id)
        number = int(connection.execute(statement).scalar_one())
    else:
        connection.execute(update(logged_models).where(logged_models.c.id == number).values(values))
        _take_away_noted(connection, number)
    insert_missing(connection, logged_model_params, [(number, param.key, param.value) for param in model.params])
    insert_missing(connection, logged_model_tags, [(number, tag.key, tag.value) for tag in model.tags])
    _write_points(connection, number, model.model_id, metrics, shown, notes)
    return number


def remove_logged_model(connection: Connection, number: int) -> None:
    """Take a logged model that is gone out of the index, with what was measured of it."""
    remove_series(
        connection, connection.scalars(select(series.c.id).where(series.c.model == number, is_of_model)).all()
    )
    _take_away_noted(connection, number)
    connection.execute(delete(logged_models).where(logged_models.c.id == number))


def write_registered_model(connection: Connection, number: int | None, model: RegisteredModelInFolder) -> int:
    """Write a registered model with its versions as they are now, and return its number.

    Args:
        connection: Inside a writing transaction.
        number: Its number; None if it is not there yet.
        model: What it is.
    """
    values: dict[str, Any] = {
        "workspace": DEFAULT_WORKSPACE,
        "name": model.name,
        "description": model.description,
        "creation_timestamp": model.creation_timestamp,
        "last_updated_timestamp": model.last_updated_timestamp,
        "last_version": model.last_version,
    }
    if number is None:
        statement = insert(registered_models).values(values).returning(registered_models.c.id)
        number = int(connection.execute(statement).scalar_one())
        begin_name(connection, DEFAULT_WORKSPACE, number, model.name, model.creation_timestamp)
    else:
        connection.execute(update(registered_models).where(registered_models.c.id == number).values(values))
        _take_away_versions(connection, number)
    insert_missing(connection, registered_model_tags, [(number, tag.key, tag.value) for tag in model.tags])
    insert_missing(
        connection,
        registered_model_aliases,
        [(number, alias, version) for alias, version in model.aliases.items()],
    )
    for version, content in model.versions:
        row = {
            name: getattr(version, name)
            for name in model_versions.c.keys()  # noqa: SIM118  it is no mapping
            if hasattr(version, name) and name != "label"
        }
        row |= {"model": number, **store_content(connection, content)}
        made = connection.execute(insert(model_versions).values(row).returning(model_versions.c.id)).scalar_one()
        _write_version_tags(connection, int(made), [(tag.key, tag.value) for tag in version.tags])
    return number


def remove_registered_model(connection: Connection, number: int) -> None:
    """Take a registered model that is gone out of the index."""
    _take_away_versions(connection, number)
    connection.execute(delete(registered_model_names).where(registered_model_names.c.model == number))
    connection.execute(delete(registered_models).where(registered_models.c.id == number))


def _write_points(
    connection: Connection, number: int, model_id: str, metrics: MetricChanges, shown: str, notes: Notes
) -> None:
    anew = [*metrics.gone, *(change.key for change in metrics.changes if change.is_anew)]
    if anew:
        theirs = (series.c.model == number) & is_of_model & is_one_of(series.c.key, anew)
        remove_series(connection, connection.scalars(select(series.c.id).where(theirs)).all())
    by_run: dict[str, list[Metric]] = defaultdict(list)
    for change in metrics.changes:
        for point in change.points:
            by_run[point.run_id or ""].append(structs.replace(point, model_id=model_id))
    if not by_run:
        return
    columns = (runs.c.run_id, runs.c.id, runs.c.experiment)
    found = connection.execute(select(*columns).where(is_one_of(runs.c.run_id, list(by_run)))).all()
    for run_id, run, experiment in found:
        log_points(connection, DEFAULT_WORKSPACE, run, experiment, by_run.pop(run_id))
    for run_id, theirs_too in by_run.items():
        notes.add(Reason.NO_RUN, f"{shown}/metrics", run_id[:100], len(theirs_too))


def _take_away_noted(connection: Connection, number: int) -> None:
    for table in (logged_model_params, logged_model_tags):
        connection.execute(delete(table).where(table.c.model == number))


def _take_away_versions(connection: Connection, number: int) -> None:
    delete_versions(connection, model_versions.c.model == number)
    for table in (registered_model_tags, registered_model_aliases):
        connection.execute(delete(table).where(table.c.model == number))


def _write_version_tags(connection: Connection, number: int, given: list[tuple[str, str]]) -> None:
    insert_missing(connection, model_version_tags, [(number, key, value) for key, value in given])
