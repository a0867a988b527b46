"""Logged models in SQL."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, select, update

from trialog.entities import (
    LifecycleStage,
    LoggedModel,
    LoggedModelSearch,
    LoggedModelStatus,
    Metric,
    NewLoggedModel,
    Page,
    Param,
    Tag,
)
from trialog.entities.clock import now_milliseconds
from trialog.entities.limits import (
    MAX_ID_LENGTH,
    MAX_KEY_LENGTH,
    MAX_LOGGED_MODEL_NAME_LENGTH,
    MAX_PARAM_VALUE_LENGTH,
    MAX_TAG_VALUE_LENGTH,
    check_count,
    check_length,
    check_logged_model_name,
    parse_experiment_id,
)
from trialog.entities.run_names import generate_name
from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.store.database import Database
from trialog.store.double_keys import from_key
from trialog.store.experiments import active_experiment
from trialog.store.locations import append_to_uri
from trialog.store.logged_model_search import compile_logged_model_search
from trialog.store.paging import check_max_results, fetch_page
from trialog.store.points import model_not_found
from trialog.store.rows import AnyRow
from trialog.store.sets import is_one_of
from trialog.store.tables import (
    DEFAULT_WORKSPACE,
    is_of_model,
    logged_model_params,
    logged_model_tags,
    logged_models,
    points,
    runs,
    series,
)
from trialog.store.upserts import insert_missing, upsert
from trialog.store.workspace_scope import lies_in


class SqlLoggedModels:
    """Logged models of a SQL store.

    Args:
        database: Where they are.
        workspace: Of which workspace they are.
    """

    def __init__(self, database: Database, workspace: str = DEFAULT_WORKSPACE) -> None:
        self._database = database
        self._workspace = workspace

    async def create(self, new_model: NewLoggedModel) -> LoggedModel:
        """See `LoggedModelStore.create`."""
        if new_model.name is not None:
            check_logged_model_name(new_model.name)
        if new_model.model_type is not None:
            check_length("model_type", new_model.model_type, MAX_LOGGED_MODEL_NAME_LENGTH)
        if new_model.source_run_id is not None:
            check_length("source_run_id", new_model.source_run_id, MAX_ID_LENGTH)
        _check(new_model.params, new_model.tags)
        experiment = parse_experiment_id(new_model.experiment_id)
        model_id = f"m-{uuid4().hex}"

        def job(connection: Connection) -> LoggedModel:
            location = active_experiment(connection, self._workspace, experiment).artifact_location
            now = now_milliseconds()
            values = {
                "model_id": model_id,
                "experiment": experiment,
                "name": new_model.name or generate_name(),
                "artifact_uri": append_to_uri(location, "models", model_id, "artifacts"),
                "creation_timestamp": now,
                "last_updated_timestamp": now,
                "status": LoggedModelStatus.PENDING,
                "lifecycle_stage": LifecycleStage.ACTIVE,
                "model_type": new_model.model_type,
                "source_run_id": new_model.source_run_id,
            }
            row = connection.execute(insert(logged_models).values(values).returning(*logged_models.c)).one()
            _add_params(connection, row, new_model.params)
            _set_tags(connection, row, new_model.tags)
            return _load(connection, [row])[0]

        return await self._database.write(job)

    async def get(self, model_id: str, *, allow_deleted: bool = False) -> LoggedModel:
        """See `LoggedModelStore.get`."""

        def job(connection: Connection) -> LoggedModel:
            return _load(connection, [self._row(connection, model_id, allow_deleted=allow_deleted)])[0]

        return await self._database.read(job)

    async def finalize(self, model_id: str, status: LoggedModelStatus) -> LoggedModel:
        """See `LoggedModelStore.finalize`."""
        return await self._change(model_id, {"status": status})

    async def delete(self, model_id: str) -> None:
        """See `LoggedModelStore.delete`."""
        await self._change(model_id, {"lifecycle_stage": LifecycleStage.DELETED})

    async def set_tags(self, model_id: str, tags: Sequence[Tag]) -> LoggedModel:
        """See `LoggedModelStore.set_tags`."""
        _check((), tags)

        def job(connection: Connection) -> LoggedModel:
            row = self._row(connection, model_id)
            _set_tags(connection, row, tags)
            return _load(connection, [row])[0]

        return await self._database.write(job)

    async def delete_tag(self, model_id: str, key: str) -> None:
        """See `LoggedModelStore.delete_tag`."""

        def job(connection: Connection) -> None:
            row = self._row(connection, model_id)
            mine = (logged_model_tags.c.model == row.id) & (logged_model_tags.c.key == key)
            if connection.execute(delete(logged_model_tags).where(mine)).rowcount == 0:
                raise ResourceNotFound(
                    "tag.not_found", f"No tag with key {key!r} found for model with ID {model_id!r}.", key=key
                )

        await self._database.write(job)

    async def log_params(self, model_id: str, params: Sequence[Param]) -> None:
        """See `LoggedModelStore.log_params`."""
        _check(params, ())
        await self._database.write(lambda connection: _add_params(connection, self._row(connection, model_id), params))

    async def search(self, query: LoggedModelSearch) -> Page[LoggedModel]:
        """See `LoggedModelStore.search`."""
        check_max_results(query.max_results)
        paged = compile_logged_model_search(query, self._workspace)

        def job(connection: Connection) -> Page[LoggedModel]:
            rows, token = fetch_page(connection, paged, query.max_results, query.page_token)
            return Page(_load(connection, rows), token)

        return await self._database.read(job)

    async def _change(self, model_id: str, changes: dict[str, str]) -> LoggedModel:
        def job(connection: Connection) -> LoggedModel:
            number = self._row(connection, model_id).id
            values = {**changes, "last_updated_timestamp": now_milliseconds()}
            statement = update(logged_models).where(logged_models.c.id == number).values(values)
            return _load(connection, [connection.execute(statement.returning(*logged_models.c)).one()])[0]

        return await self._database.write(job)

    def _row(self, connection: Connection, model_id: str, *, allow_deleted: bool = True) -> AnyRow:
        """Return the row of a logged model; writes reach a deleted one too, as in MLflow."""
        mine = (logged_models.c.model_id == model_id) & lies_in(self._workspace, logged_models.c.experiment)
        row = connection.execute(select(logged_models).where(mine)).one_or_none()
        if row is None or (row.lifecycle_stage == LifecycleStage.DELETED and not allow_deleted):
            raise model_not_found(model_id)
        return row


def _check(params: Sequence[Param], tags: Sequence[Tag]) -> None:
    """Refuse what is too long or too many; unlike those of a run, keys may have any characters."""
    check_count("params", params)
    check_count("tags", tags)
    for param in params:
        check_length("Param key", param.key, MAX_KEY_LENGTH)
        check_length(f"Value of param {param.key}", param.value, MAX_PARAM_VALUE_LENGTH)
    for tag in tags:
        check_length("Tag key", tag.key, MAX_KEY_LENGTH)
        check_length(f"Value of tag {tag.key}", tag.value, MAX_TAG_VALUE_LENGTH)


def _set_tags(connection: Connection, row: AnyRow, tags: Sequence[Tag]) -> None:
    values = {tag.key: tag.value for tag in tags}
    upsert(connection, logged_model_tags, [(row.id, key, value) for key, value in values.items()])


def _add_params(connection: Connection, row: AnyRow, given: Sequence[Param]) -> None:
    mine = logged_model_params.c.model == row.id
    statement = select(logged_model_params.c.key, logged_model_params.c.value).where(mine)
    known: dict[str, str] = dict(connection.execute(statement).all())
    fresh: dict[str, str] = {}
    for param in given:
        before = known.get(param.key, fresh.get(param.key, param.value))
        if before != param.value:
            raise InvalidParameter(
                "param.changed",
                f"Changing param values is not allowed. Param with key='{param.key}' was already logged with"
                f" value='{before}' for model ID='{row.model_id}'. Attempted logging new value"
                f" '{param.value}'.",
                key=param.key,
                model_id=row.model_id,
            )
        if param.key not in known:
            fresh[param.key] = param.value
    insert_missing(connection, logged_model_params, [(row.id, key, value) for key, value in fresh.items()])


def _load(connection: Connection, rows: Sequence[AnyRow]) -> list[LoggedModel]:
    numbers = [row.id for row in rows]
    params_of: dict[int, list[Param]] = defaultdict(list)
    for model, key, value in connection.execute(
        select(logged_model_params).where(is_one_of(logged_model_params.c.model, numbers))
    ):
        params_of[model].append(Param(key, value))
    tags_of: dict[int, list[Tag]] = defaultdict(list)
    for model, key, value in connection.execute(
        select(logged_model_tags).where(is_one_of(logged_model_tags.c.model, numbers))
    ):
        tags_of[model].append(Tag(key, value))
    metrics_of = _load_metrics(connection, {row.id: row.model_id for row in rows})
    return [
        LoggedModel(
            model_id=row.model_id,
            experiment_id=str(row.experiment),
            name=row.name,
            artifact_uri=row.artifact_uri,
            creation_timestamp=row.creation_timestamp,
            last_updated_timestamp=row.last_updated_timestamp,
            status=LoggedModelStatus(row.status),
            model_type=row.model_type,
            source_run_id=row.source_run_id,
            tags=tags_of[row.id],
            params=params_of[row.id],
            metrics=metrics_of[row.id],
        )
        for row in rows
    ]


def _load_metrics(connection: Connection, model_ids: dict[int, str]) -> dict[int, list[Metric]]:
    """Return all measured values of models, as MLflow answers them: by key, then in the order of history."""
    statement = (
        select(
            series.c.model,
            series.c.key,
            points.c.value,
            points.c.timestamp,
            points.c.step,
            series.c.dataset_name,
            series.c.dataset_digest,
            runs.c.run_id,
        )
        .join(points, points.c.series == series.c.id)
        .join(runs, runs.c.id == series.c.run)
        .where(is_one_of(series.c.model, model_ids), is_of_model)
        .order_by(series.c.model, series.c.key, points.c.timestamp, points.c.step, points.c.value)
    )
    found: dict[int, list[Metric]] = defaultdict(list)
    for model, key, value, timestamp, step, name, digest, run_id in connection.execute(statement):
        metric = Metric(
            key,
            from_key(value),
            timestamp,
            step,
            model_id=model_ids[model],
            dataset_name=name or None,
            dataset_digest=digest or None,
            run_id=run_id,
        )
        found[model].append(metric)
    return found
