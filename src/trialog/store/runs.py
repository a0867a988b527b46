"""Runs in SQL."""

import json
from collections.abc import Mapping, Sequence
from uuid import uuid4

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from trialog.entities import (
    LOGGED_MODEL_HISTORY_TAG,
    RUN_NAME_TAG,
    DatasetInput,
    LifecycleStage,
    Metric,
    ModelInput,
    ModelOutput,
    NewRun,
    Page,
    Param,
    Run,
    RunInfo,
    RunSearch,
    RunStatus,
    Tag,
)
from trialog.entities.limits import (
    MAX_RUN_NAME_LENGTH,
    check_batch,
    check_dataset_inputs,
    check_length,
    check_metric,
    check_param,
    check_run_id,
    check_tag,
    parse_experiment_id,
)
from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.store.clock import now_milliseconds
from trialog.store.database import Database
from trialog.store.experiments import active_experiment
from trialog.store.inputs import add_dataset_inputs
from trialog.store.locations import append_to_uri
from trialog.store.paging import check_max_results, fetch_page
from trialog.store.points import log_points
from trialog.store.prepared import Prepared
from trialog.store.rows import AnyRow
from trialog.store.run_names import generate_name
from trialog.store.run_rows import RUN_COLUMNS, find_active_run, find_run, load_run, load_runs, to_info
from trialog.store.run_search import compile_run_search
from trialog.store.sets import is_one_of
from trialog.store.tables import model_inputs, model_outputs, params, runs, tags
from trialog.store.upserts import insert_missing, upsert

_REQUIRED_OF_MODEL = ("artifact_path", "flavors", "utc_time_created", "run_id")

_insert_params = Prepared(
    insert(params).values(run=bindparam("run"), key=bindparam("key"), value=bindparam("value")), ["run", "key", "value"]
)


class SqlRuns:
    """Runs of a SQL store.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, new_run: NewRun) -> Run:
        """See `RunStore.create`."""
        for tag in new_run.tags:
            check_tag(tag)
        experiment = parse_experiment_id(new_run.experiment_id)
        given = {tag.key: tag.value for tag in new_run.tags}
        name = _choose_name(new_run.run_name, given.get(RUN_NAME_TAG))
        run_id = uuid4().hex

        def job(connection: Connection) -> Run:
            location = active_experiment(connection, experiment).artifact_location
            values = {
                "run_id": run_id,
                "experiment": experiment,
                "name": name,
                "user_id": new_run.user_id,
                "status": RunStatus.RUNNING,
                "start_time": new_run.start_time,
                "lifecycle_stage": LifecycleStage.ACTIVE,
                "artifact_uri": append_to_uri(location, run_id, "artifacts"),
            }
            row = connection.execute(insert(runs).values(values).returning(*RUN_COLUMNS)).one()
            _set_tags(connection, row.id, [Tag(key, value) for key, value in (given | {RUN_NAME_TAG: name}).items()])
            return load_runs(connection, [row])[0]

        return await self._database.write(job)

    async def get(self, run_id: str) -> Run:
        """See `RunStore.get`."""
        return await self._database.read(lambda connection: load_run(connection, run_id))

    async def update(
        self,
        run_id: str,
        *,
        status: RunStatus | None = None,
        end_time: int | None = None,
        run_name: str | None = None,
    ) -> RunInfo:
        """See `RunStore.update`."""
        changes: dict[str, str | int] = {}
        if status is not None:
            changes["status"] = status
        if end_time is not None:
            changes["end_time"] = end_time
        if run_name:
            check_length("run_name", run_name, MAX_RUN_NAME_LENGTH)
            changes["name"] = run_name

        def job(connection: Connection) -> RunInfo:
            run = find_active_run(connection, run_id)
            if run_name:
                _set_tags(connection, run.number, [Tag(RUN_NAME_TAG, run_name)])
            return to_info(_change(connection, run.number, changes))

        return await self._database.write(job)

    async def delete(self, run_id: str) -> None:
        """See `RunStore.delete`."""
        await self._move(run_id, LifecycleStage.DELETED)

    async def restore(self, run_id: str) -> None:
        """See `RunStore.restore`."""
        await self._move(run_id, LifecycleStage.ACTIVE)

    async def search(self, query: RunSearch) -> Page[Run]:
        """See `RunStore.search`."""
        check_max_results(query.max_results)
        statement, terms, fingerprint = compile_run_search(query)

        def job(connection: Connection) -> Page[Run]:
            rows, token = fetch_page(connection, statement, terms, query.max_results, query.page_token, fingerprint)
            return Page(load_runs(connection, rows), token)

        return await self._database.read(job)

    async def log_batch(
        self,
        run_id: str,
        *,
        metrics: Sequence[Metric] = (),
        params: Sequence[Param] = (),
        tags: Sequence[Tag] = (),
    ) -> None:
        """See `RunStore.log_batch`."""
        check_run_id(run_id)
        check_batch(metrics, params, tags)

        def job(connection: Connection) -> None:
            run = find_active_run(connection, run_id)
            _add_params(connection, run.number, run_id, params)
            log_points(connection, run.number, run.experiment, metrics)
            _set_tags(connection, run.number, tags)

        await self._database.write(job)

    async def log_metric(self, run_id: str, metric: Metric) -> None:
        """See `RunStore.log_metric`."""
        check_metric(metric)

        def job(connection: Connection) -> None:
            run = find_active_run(connection, run_id)
            log_points(connection, run.number, run.experiment, [metric])

        await self._database.write(job)

    async def log_param(self, run_id: str, param: Param) -> None:
        """See `RunStore.log_param`."""
        check_param(param)

        def job(connection: Connection) -> None:
            run = find_active_run(connection, run_id)
            _add_params(connection, run.number, run_id, [param])

        await self._database.write(job)

    async def set_tag(self, run_id: str, tag: Tag) -> None:
        """See `RunStore.set_tag`."""
        check_tag(tag)

        def job(connection: Connection) -> None:
            _set_tags(connection, find_active_run(connection, run_id).number, [tag])

        await self._database.write(job)

    async def delete_tag(self, run_id: str, key: str) -> None:
        """See `RunStore.delete_tag`."""

        def job(connection: Connection) -> None:
            run = find_active_run(connection, run_id)
            mine = (tags.c.run == run.number) & (tags.c.key == key)
            if connection.execute(delete(tags).where(mine)).rowcount == 0:
                raise ResourceNotFound(
                    "tag.not_found", f"No tag with name: {key} in run with id {run_id}", key=key, run_id=run_id
                )

        await self._database.write(job)

    async def log_inputs(
        self,
        run_id: str,
        *,
        datasets: Sequence[DatasetInput] = (),
        models: Sequence[ModelInput] = (),
    ) -> None:
        """See `RunStore.log_inputs`."""
        check_run_id(run_id)
        check_dataset_inputs(datasets)

        def job(connection: Connection) -> None:
            run = find_active_run(connection, run_id)
            add_dataset_inputs(connection, run, datasets)
            rows = [{"run": run.number, "model_id": model.model_id} for model in models]
            insert_missing(connection, model_inputs, rows)

        await self._database.write(job)

    async def log_outputs(self, run_id: str, models: Sequence[ModelOutput]) -> None:
        """See `RunStore.log_outputs`."""

        def job(connection: Connection) -> None:
            run = find_active_run(connection, run_id)
            rows = [{"run": run.number, "model_id": model.model_id, "step": model.step} for model in models]
            insert_missing(connection, model_outputs, rows)

        await self._database.write(job)

    async def record_logged_model(self, run_id: str, model: Mapping[str, object]) -> None:
        """See `RunStore.record_logged_model`."""
        missing = [name for name in _REQUIRED_OF_MODEL if name not in model]
        if missing:
            raise InvalidParameter(
                "run.incomplete_model",
                f"Model json is missing mandatory fields: {missing}. Send the content of the MLmodel file as JSON.",
                missing=", ".join(missing),
            )

        def job(connection: Connection) -> None:
            run = find_active_run(connection, run_id)
            mine = (tags.c.run == run.number) & (tags.c.key == LOGGED_MODEL_HISTORY_TAG)
            history = connection.execute(select(tags.c.value).where(mine)).scalar()
            described = [*_parse_history(history), dict(model)]
            _set_tags(connection, run.number, [Tag(LOGGED_MODEL_HISTORY_TAG, json.dumps(described))])

        await self._database.write(job)

    async def _move(self, run_id: str, stage: LifecycleStage) -> None:
        deleted_time = now_milliseconds() if stage is LifecycleStage.DELETED else None

        def job(connection: Connection) -> None:
            run = find_run(connection, run_id)
            if run.lifecycle_stage != stage:
                change = {"lifecycle_stage": stage, "deleted_time": deleted_time}
                connection.execute(update(runs).where(runs.c.id == run.number).values(change))

        await self._database.write(job)


def _choose_name(given: str | None, tagged: str | None) -> str:
    if given:
        check_length("run_name", given, MAX_RUN_NAME_LENGTH)
    if given and tagged and given != tagged:
        raise InvalidParameter(
            "run.two_names",
            f"Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values"
            f" (run_name='{given}', mlflow.runName='{tagged}').",
        )
    return given or tagged or generate_name()


def _change(connection: Connection, number: int, changes: Mapping[str, str | int]) -> AnyRow:
    if changes:
        statement = update(runs).where(runs.c.id == number).values(changes).returning(*RUN_COLUMNS)
        return connection.execute(statement).one()
    return connection.execute(select(*RUN_COLUMNS).where(runs.c.id == number)).one()


def _add_params(connection: Connection, number: int, run_id: str, given: Sequence[Param]) -> None:
    if not given:
        return
    mine = (params.c.run == number) & is_one_of(params.c.key, [param.key for param in given])
    known: dict[str, str] = dict(connection.execute(select(params.c.key, params.c.value).where(mine)).all())
    for param in given:
        if known.get(param.key, param.value) != param.value:
            raise InvalidParameter(
                "param.changed",
                f"Changing param values is not allowed. Param with key='{param.key}' was already logged with"
                f" value='{known[param.key]}' for run ID='{run_id}'. Attempted logging new value '{param.value}'.",
                key=param.key,
                run_id=run_id,
            )
    rows = [(number, param.key, param.value) for param in given if param.key not in known]
    if rows:
        _insert_params.many(connection, rows)


def _set_tags(connection: Connection, number: int, given: Sequence[Tag]) -> None:
    """Set tags; the name of a run and its name tag stay equal, and a name is never empty."""
    values = {tag.key: tag.value for tag in given}
    if values.get(RUN_NAME_TAG) == "":
        del values[RUN_NAME_TAG]
    upsert(connection, tags, [{"run": number, "key": key, "value": value} for key, value in values.items()])
    if RUN_NAME_TAG in values:
        connection.execute(update(runs).where(runs.c.id == number).values(name=values[RUN_NAME_TAG]))


def _parse_history(text: str | None) -> list[object]:
    try:
        history = json.loads(text) if text else []
    except ValueError:
        history = None
    if not isinstance(history, list):
        raise InvalidParameter(
            "run.unreadable_model_history",
            f"The tag '{LOGGED_MODEL_HISTORY_TAG}' of this run holds no JSON list, so that nothing can be added to it."
            " Delete the tag first.",
        )
    return history
