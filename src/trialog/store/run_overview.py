"""All that is to be seen of one run, but for its points."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, case, func, not_, select

from trialog.entities import (
    PARENT_RUN_TAG,
    SYSTEM_METRIC_PREFIX,
    LifecycleStage,
    LoggedModelStatus,
    ModelVersion,
    Param,
    RunInfo,
    Tag,
    Visibility,
)
from trialog.entities.run_overview import MetricSummary, ModelRole, RunDataset, RunLoggedModel, RunOverview
from trialog.store.double_keys import from_key
from trialog.store.registry_rows import load_versions, select_versions
from trialog.store.registry_tables import model_versions, registered_models
from trialog.store.rows import AnyRow
from trialog.store.run_rows import RUN_COLUMNS, run_not_found, to_info
from trialog.store.run_search import DATASET_CONTEXT_TAG
from trialog.store.sets import is_one_of
from trialog.store.tables import (
    INDEXED_CHARACTERS,
    NO_MODEL,
    dataset_input_tags,
    dataset_inputs,
    datasets,
    experiments,
    indexed_text,
    logged_models,
    model_inputs,
    model_outputs,
    params,
    runs,
    series,
    tags,
)
from trialog.store.visibility import visible_only
from trialog.store.workspace_scope import lies_in

SHOWN_METRICS = 10_000
SHOWN_PARAMS = 10_000
SHOWN_TAGS = 1_000
SHOWN_DATASETS = 1_000
SHOWN_MODELS = 1_000
SHOWN_VERSIONS = 100
SHOWN_CHILDREN = 100
LONGEST_SCHEMA = 65_536

_METRIC = (
    series.c.key,
    # A row has a method of that name.
    series.c.count.label("points"),
    series.c.last_value,
    series.c.last_step,
    series.c.last_timestamp,
    series.c.first_value,
    series.c.first_step,
    series.c.first_timestamp,
    series.c.min_value,
    series.c.min_step,
    series.c.max_value,
    series.c.max_step,
)
# Names are sorted bytewise: all that begin alike stand together.
_AFTER_SYSTEM = SYSTEM_METRIC_PREFIX[:-1] + chr(ord(SYSTEM_METRIC_PREFIX[-1]) + 1)
_IS_OF_SYSTEM = and_(series.c.key >= SYSTEM_METRIC_PREFIX, series.c.key < _AFTER_SYSTEM)


def read_run_overview(
    connection: Connection,
    workspace: str,
    run_id: str,
    readable: Visibility | None,
    readable_models: Visibility | None,
) -> RunOverview:
    """Return all that is to be seen of a run.

    Args:
        connection: Where to read.
        workspace: Where to look.
        run_id: The run, active or deleted.
        readable: Which experiments may be read; None for all.
        readable_models: Which registered models may be read; None for all.

    Raises:
        ResourceNotFound: No run has this id.
    """
    row = _find(connection, runs.c.run_id == run_id, lies_in(workspace, runs.c.experiment))
    if row is None:
        raise run_not_found(run_id)
    number = row.id
    scope = _Scope(workspace, readable)
    metrics, metric_count = _read_metrics(connection, number, not_(_IS_OF_SYSTEM))
    system_metrics, system_metric_count = _read_metrics(connection, number, _IS_OF_SYSTEM)
    logged_params, param_count = _read_noted(connection, params, number, SHOWN_PARAMS)
    logged_tags, tag_count = _read_noted(connection, tags, number, SHOWN_TAGS)
    children, child_count = _read_children(connection, run_id, scope)
    name = connection.execute(select(experiments.c.name).where(experiments.c.id == row.experiment)).scalar()
    return RunOverview(
        info=to_info(row),
        experiment_name=name or "",
        metrics=metrics,
        metric_count=metric_count,
        system_metrics=system_metrics,
        system_metric_count=system_metric_count,
        params=[Param(key, value) for key, value in logged_params],
        param_count=param_count,
        tags=[Tag(key, value) for key, value in logged_tags],
        tag_count=tag_count,
        datasets=_read_datasets(connection, number),
        logged_models=_read_logged_models(connection, number, scope),
        versions=_read_versions(connection, workspace, run_id, readable_models),
        parent=_read_parent(connection, number, scope),
        children=children,
        child_count=child_count,
    )


class _Scope(NamedTuple):
    """Which experiments may be shown along."""

    workspace: str
    readable: Visibility | None

    def shows(self, experiment: ColumnElement[Any]) -> list[ColumnElement[bool]]:
        return [lies_in(self.workspace, experiment), *visible_only(experiment, self.readable)]


def _find(connection: Connection, *conditions: ColumnElement[bool]) -> AnyRow | None:
    return connection.execute(select(*RUN_COLUMNS).where(*conditions)).one_or_none()


def _read_metrics(connection: Connection, run: int, which: ColumnElement[bool]) -> tuple[list[MetricSummary], int]:
    mine = (series.c.run == run, series.c.model == NO_MODEL, which)
    found = connection.execute(select(*_METRIC).where(*mine).order_by(series.c.key).limit(SHOWN_METRICS)).all()
    count = len(found)
    if count == SHOWN_METRICS:
        count = connection.execute(select(func.count()).select_from(series).where(*mine)).scalar_one()
    return [_metric(row) for row in found], count


def _metric(row: AnyRow) -> MetricSummary:
    return MetricSummary(
        key=row.key,
        count=row.points,
        last=from_key(row.last_value),
        last_step=row.last_step,
        last_timestamp=row.last_timestamp,
        first=from_key(row.first_value),
        first_step=row.first_step,
        first_timestamp=row.first_timestamp,
        least=None if row.min_value is None else from_key(row.min_value),
        least_step=row.min_step,
        greatest=None if row.max_value is None else from_key(row.max_value),
        greatest_step=row.max_step,
    )


def _read_noted(connection: Connection, table: Table, run: int, limit: int) -> tuple[Sequence[AnyRow], int]:
    mine = table.c.run == run
    found = connection.execute(select(table.c.key, table.c.value).where(mine).order_by(table.c.key).limit(limit)).all()
    count = len(found)
    if count == limit:
        count = connection.execute(select(func.count()).select_from(table).where(mine)).scalar_one()
    return found, count


def _read_datasets(connection: Connection, run: int) -> list[RunDataset]:
    said = dataset_input_tags
    context = select(said.c.value).where(said.c.input == dataset_inputs.c.id, said.c.key == DATASET_CONTEXT_TAG)
    # A schema may have a megabyte, and a profile sixteen.
    short: ColumnElement[Any] = case((func.length(datasets.c.schema) <= LONGEST_SCHEMA, datasets.c.schema), else_=None)
    described = (datasets.c.name, datasets.c.digest, datasets.c.source_type, datasets.c.source, short)
    statement = (
        select(*described, context.correlate(dataset_inputs).scalar_subquery())
        .join_from(dataset_inputs, datasets, datasets.c.id == dataset_inputs.c.dataset)
        .where(dataset_inputs.c.run == run)
        .order_by(dataset_inputs.c.id)
        .limit(SHOWN_DATASETS)
    )
    return [RunDataset(*row) for row in connection.execute(statement)]


def _read_logged_models(connection: Connection, run: int, scope: _Scope) -> list[RunLoggedModel]:
    made = select(model_outputs.c.model_id, model_outputs.c.step).where(model_outputs.c.run == run)
    used = select(model_inputs.c.model_id).where(model_inputs.c.run == run)
    by_step = made.order_by(model_outputs.c.step, model_outputs.c.model_id).limit(SHOWN_MODELS)
    listed = [(model_id, ModelRole.OUTPUT, step) for model_id, step in connection.execute(by_step)]
    by_id = used.order_by(model_inputs.c.model_id).limit(SHOWN_MODELS)
    listed += [(model_id, ModelRole.INPUT, None) for model_id in connection.execute(by_id).scalars()]
    theirs = is_one_of(logged_models.c.model_id, [model_id for model_id, _, _ in listed])
    there = select(logged_models).where(
        theirs,
        logged_models.c.lifecycle_stage == LifecycleStage.ACTIVE.value,
        *scope.shows(logged_models.c.experiment),
    )
    known = {row.model_id: row for row in connection.execute(there)} if listed else {}
    return [_logged_model(model_id, role, step, known.get(model_id)) for model_id, role, step in listed[:SHOWN_MODELS]]


def _logged_model(model_id: str, role: ModelRole, step: int | None, row: AnyRow | None) -> RunLoggedModel:
    if row is None:
        return RunLoggedModel(model_id, role, step)
    return RunLoggedModel(
        model_id=model_id,
        role=role,
        step=step,
        name=row.name,
        status=LoggedModelStatus(row.status),
        model_type=row.model_type,
        artifact_uri=row.artifact_uri,
        creation_timestamp=row.creation_timestamp,
    )


def _read_versions(
    connection: Connection, workspace: str, run_id: str, readable: Visibility | None
) -> list[ModelVersion]:
    statement = (
        select_versions()
        .where(
            model_versions.c.run_id == run_id,
            registered_models.c.workspace == workspace,
            *visible_only(model_versions.c.model, readable),
        )
        .order_by(model_versions.c.id.desc())
        .limit(SHOWN_VERSIONS)
    )
    return load_versions(connection, connection.execute(statement).all())


def _read_parent(connection: Connection, run: int, scope: _Scope) -> RunInfo | None:
    named = select(tags.c.value).where(tags.c.run == run, tags.c.key == PARENT_RUN_TAG)
    row = _find(connection, runs.c.run_id == named.scalar_subquery(), *scope.shows(runs.c.experiment))
    return None if row is None else to_info(row)


def _read_children(connection: Connection, run_id: str, scope: _Scope) -> tuple[list[RunInfo], int]:
    said: Column[Any] = tags.c.value
    of_run = select(tags.c.run).where(
        tags.c.key == PARENT_RUN_TAG, indexed_text(said) == run_id[:INDEXED_CHARACTERS], said == run_id
    )
    mine = (
        runs.c.id.in_(of_run),
        runs.c.lifecycle_stage == LifecycleStage.ACTIVE.value,
        *scope.shows(runs.c.experiment),
    )
    begun = (runs.c.start_time.is_(None), runs.c.start_time.desc(), runs.c.run_id)
    found = connection.execute(select(*RUN_COLUMNS).where(*mine).order_by(*begun).limit(SHOWN_CHILDREN)).all()
    count = len(found)
    if count == SHOWN_CHILDREN:
        count = connection.execute(select(func.count()).select_from(runs).where(*mine)).scalar_one()
    return [to_info(row) for row in found], count
