"""Runs in SQL."""

import json
from collections.abc import Mapping, Sequence
from uuid import uuid4

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from trialog.entities import (
    LOGGED_MODEL_HISTORY_TAG,
    RUN_NAME_TAG,
    DatasetInput,
    EncodedRun,
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
from trialog.entities.clock import now_milliseconds
from trialog.entities.limits import (
    MAX_ID_LENGTH,
    MAX_MODEL_HISTORY_LENGTH,
    MAX_RUN_NAME_LENGTH,
    check_batch,
    check_count,
    check_dataset_inputs,
    check_length,
    check_log_part,
    check_metric,
    check_new_run_id,
    check_param,
    check_run_id,
    check_run_tag,
    parse_experiment_id,
)
from trialog.entities.log_stream import LogPart
from trialog.entities.run_columns import RunColumnChoice, RunColumns
from trialog.entities.run_names import generate_name
from trialog.errors import InvalidParameter, ResourceAlreadyExists, ResourceNotFound
from trialog.store.database import Database
from trialog.store.experiments import active_experiment
from trialog.store.inputs import add_dataset_inputs
from trialog.store.locations import append_to_uri
from trialog.store.log_streams import begin_part, delete_tags
from trialog.store.paging import check_max_results
from trialog.store.points import log_points
from trialog.store.prepared import Prepared
from trialog.store.run_plans import find_run_rows
from trialog.store.run_rows import (
    RUN_COLUMNS,
    check_restorable,
    find_runs,
    load_encoded_runs,
    load_run,
    load_runs,
    lock_active_run,
    lock_run,
    to_info,
)
from trialog.store.run_table import check_columns, check_named, read_named, read_table
from trialog.store.sets import LISTED, as_list, is_listed
from trialog.store.tables import DEFAULT_WORKSPACE, model_inputs, model_outputs, params, runs, tags
from trialog.store.upserts import insert_missing, insert_unless_there, upsert

_REQUIRED_OF_MODEL = ("artifact_path", "flavors", "utc_time_created", "run_id")

_NEW_RUN_COLUMNS = (
    "run_id",
    "experiment",
    "name",
    "user_id",
    "status",
    "start_time",
    "lifecycle_stage",
    "artifact_uri",
)
_READ_COLUMNS = tuple(column.name for column in RUN_COLUMNS)
_insert_run = Prepared(
    insert(runs).values({name: bindparam(name) for name in _NEW_RUN_COLUMNS}).returning(*RUN_COLUMNS), _NEW_RUN_COLUMNS
)
# What is given as NULL stays as it is.
_update_run = Prepared(
    update(runs)
    .where(runs.c.id == bindparam("number"))
    .values({name: func.coalesce(bindparam(f"new_{name}"), runs.c[name]) for name in ("status", "end_time", "name")})
    .returning(*RUN_COLUMNS),
    ["new_status", "new_end_time", "new_name", "number"],
)
_select_params = Prepared(
    select(params.c.key, params.c.value).where(params.c.run == bindparam("number"), is_listed(params.c.key)),
    ["number", LISTED],
)


class SqlRuns:
    """Runs of a SQL store.

    Args:
        database: Where they are.
        workspace: Of which workspace they are.
    """

    def __init__(self, database: Database, workspace: str = DEFAULT_WORKSPACE) -> None:
        self._database = database
        self._workspace = workspace

    async def create(self, new_run: NewRun) -> Run:
        """See `RunStore.create`."""
        check_length("user_id", new_run.user_id, MAX_ID_LENGTH)
        check_count("tags", new_run.tags)
        for tag in new_run.tags:
            check_run_tag(tag)
        experiment = parse_experiment_id(new_run.experiment_id)
        given = {tag.key: tag.value for tag in new_run.tags}
        name = _choose_name(new_run.run_name, given.get(RUN_NAME_TAG))
        first_tags = [Tag(key, value) for key, value in sorted((given | {RUN_NAME_TAG: name}).items())]
        if new_run.run_id is not None:
            check_new_run_id(new_run.run_id)
        run_id = new_run.run_id or uuid4().hex

        def job(connection: Connection) -> Run:
            location = active_experiment(connection, self._workspace, experiment).artifact_location
            values = (
                run_id,
                experiment,
                name,
                new_run.user_id,
                RunStatus.RUNNING.value,
                new_run.start_time,
                LifecycleStage.ACTIVE.value,
                append_to_uri(location, run_id, "artifacts"),
            )
            if new_run.run_id is None:
                [row] = _insert_run.rows(connection, values)
            else:
                new = insert_unless_there(connection, runs, _NEW_RUN_COLUMNS, values, *_READ_COLUMNS)
                if new is None:
                    return _begun_before(connection, self._workspace, experiment, run_id)
                row = new
            upsert(connection, tags, [(row[0], tag.key, tag.value) for tag in first_tags])
            return Run(to_info(row), [], [], first_tags, [], [], [])

        return await self._database.write_runs(job)

    async def get(self, run_id: str) -> Run:
        """See `RunStore.get`."""
        return await self._database.read(lambda connection: load_run(connection, self._workspace, run_id))

    async def update(
        self,
        run_id: str,
        *,
        status: RunStatus | None = None,
        end_time: int | None = None,
        run_name: str | None = None,
    ) -> RunInfo:
        """See `RunStore.update`."""
        if run_name:
            check_length("run_name", run_name, MAX_RUN_NAME_LENGTH)
        changes = (status.value if status is not None else None, end_time, run_name or None)

        def job(connection: Connection) -> RunInfo:
            run = lock_active_run(connection, self._workspace, run_id)
            if run_name:
                upsert(connection, tags, [(run.number, RUN_NAME_TAG, run_name)])
            [row] = _update_run.rows(connection, (*changes, run.number))
            return to_info(row)

        return await self._database.write_runs(job)

    async def delete(self, run_id: str) -> None:
        """See `RunStore.delete`."""
        await self._move(run_id, LifecycleStage.DELETED)

    async def restore(self, run_id: str) -> None:
        """See `RunStore.restore`."""
        await self._move(run_id, LifecycleStage.ACTIVE)

    async def search(self, query: RunSearch) -> Page[Run]:
        """See `RunStore.search`."""
        check_max_results(query.max_results)

        def job(connection: Connection) -> Page[Run]:
            rows, token = find_run_rows(connection, self._workspace, query)
            return Page(load_runs(connection, rows), token)

        return await self._database.read(job)

    async def search_encoded(self, query: RunSearch) -> Page[EncodedRun]:
        """See `RunStore.search_encoded`."""
        check_max_results(query.max_results)

        def job(connection: Connection) -> Page[EncodedRun]:
            rows, token = find_run_rows(connection, self._workspace, query)
            return Page(load_encoded_runs(connection, rows), token)

        return await self._database.read(job)

    async def search_columns(self, query: RunSearch, choice: RunColumnChoice) -> RunColumns:
        """See `RunStore.search_columns`."""
        check_max_results(query.max_results)
        check_columns(choice, query.max_results)
        return await self._database.read(lambda connection: read_table(connection, self._workspace, query, choice))

    async def columns_of(self, run_ids: Sequence[str], choice: RunColumnChoice) -> RunColumns:
        """See `RunStore.columns_of`."""
        check_named(run_ids, choice)
        return await self._database.read(lambda connection: read_named(connection, self._workspace, run_ids, choice))

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
            run = lock_active_run(connection, self._workspace, run_id)
            _add_params(connection, run.number, run_id, params)
            log_points(connection, self._workspace, run.number, run.experiment, metrics)
            _set_tags(connection, run.number, tags)

        await self._database.write_runs(job)

    async def apply_log(self, run_id: str, part: LogPart) -> None:
        """See `RunStore.apply_log`."""
        check_run_id(run_id)
        check_log_part(part)

        def job(connection: Connection) -> None:
            run = lock_active_run(connection, self._workspace, run_id)
            if not begin_part(connection, run.number, part):
                return
            _add_params(connection, run.number, run_id, part.params)
            log_points(connection, self._workspace, run.number, run.experiment, part.metrics)
            _set_tags(
                connection, run.number, [Tag(key, value) for key, value in part.tags.items() if value is not None]
            )
            delete_tags(connection, run.number, [key for key, value in part.tags.items() if value is None])
            add_dataset_inputs(connection, run, part.datasets)
            if part.status is not None or part.end_time is not None:
                _update_run.rows(connection, (part.status, part.end_time, None, run.number))

        # Datasets belong to experiments, whose other runs are written at the same time.
        await (self._database.write(job) if part.datasets else self._database.write_runs(job))

    async def log_metric(self, run_id: str, metric: Metric) -> None:
        """See `RunStore.log_metric`."""
        check_metric(metric)

        def job(connection: Connection) -> None:
            run = lock_active_run(connection, self._workspace, run_id)
            log_points(connection, self._workspace, run.number, run.experiment, [metric])

        await self._database.write_runs(job)

    async def log_param(self, run_id: str, param: Param) -> None:
        """See `RunStore.log_param`."""
        check_param(param)

        def job(connection: Connection) -> None:
            run = lock_active_run(connection, self._workspace, run_id)
            _add_params(connection, run.number, run_id, [param])

        await self._database.write_runs(job)

    async def set_tag(self, run_id: str, tag: Tag) -> None:
        """See `RunStore.set_tag`."""
        check_run_tag(tag)

        def job(connection: Connection) -> None:
            _set_tags(connection, lock_active_run(connection, self._workspace, run_id).number, [tag])

        await self._database.write_runs(job)

    async def delete_tag(self, run_id: str, key: str) -> None:
        """See `RunStore.delete_tag`."""

        def job(connection: Connection) -> None:
            run = lock_active_run(connection, self._workspace, run_id)
            mine = (tags.c.run == run.number) & (tags.c.key == key)
            if connection.execute(delete(tags).where(mine)).rowcount == 0:
                raise ResourceNotFound(
                    "tag.not_found", f"No tag with name: {key} in run with id {run_id}", key=key, run_id=run_id
                )

        await self._database.write_runs(job)

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
        _check_models(models)

        def job(connection: Connection) -> None:
            run = lock_active_run(connection, self._workspace, run_id)
            add_dataset_inputs(connection, run, datasets)
            insert_missing(connection, model_inputs, [(run.number, model.model_id) for model in models])

        await self._database.write(job)

    async def log_outputs(self, run_id: str, models: Sequence[ModelOutput]) -> None:
        """See `RunStore.log_outputs`."""
        _check_models(models)

        def job(connection: Connection) -> None:
            run = lock_active_run(connection, self._workspace, run_id)
            insert_missing(connection, model_outputs, [(run.number, model.model_id, model.step) for model in models])

        await self._database.write_runs(job)

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
            run = lock_active_run(connection, self._workspace, run_id)
            mine = (tags.c.run == run.number) & (tags.c.key == LOGGED_MODEL_HISTORY_TAG)
            history = connection.execute(select(tags.c.value).where(mine)).scalar()
            described = [*_parse_history(history), dict(model)]
            text = json.dumps(described)
            check_length(LOGGED_MODEL_HISTORY_TAG, text, MAX_MODEL_HISTORY_LENGTH)
            _set_tags(connection, run.number, [Tag(LOGGED_MODEL_HISTORY_TAG, text)])

        await self._database.write_runs(job)

    async def _move(self, run_id: str, stage: LifecycleStage) -> None:
        deleted_time = now_milliseconds() if stage is LifecycleStage.DELETED else None

        def job(connection: Connection) -> None:
            run = lock_run(connection, self._workspace, run_id)
            if run.lifecycle_stage != stage:
                if stage is LifecycleStage.ACTIVE:
                    check_restorable(connection, run, run_id)
                change = {"lifecycle_stage": stage, "deleted_time": deleted_time}
                connection.execute(update(runs).where(runs.c.id == run.number).values(change))

        await self._database.write_runs(job)


def _begun_before(connection: Connection, workspace: str, experiment: int, run_id: str) -> Run:
    """Return the run that a client began before with the id that it chose."""
    is_here = bool(find_runs(connection, workspace, [run_id]))
    run = load_run(connection, workspace, run_id) if is_here else None
    if run is None or run.info.experiment_id != str(experiment):
        raise ResourceAlreadyExists(
            "run.id_taken", f"A run with id={run_id} is there already, and not in this experiment.", run_id=run_id
        )
    return run


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


def _check_models(models: Sequence[ModelInput | ModelOutput]) -> None:
    check_count("models", models)
    for model in models:
        check_length("model_id", model.model_id, MAX_ID_LENGTH)


def _add_params(connection: Connection, number: int, run_id: str, given: Sequence[Param]) -> None:
    if not given:
        return
    rows = [(number, param.key, param.value) for param in given]
    if insert_missing(connection, params, rows) == len(rows):
        return
    known = dict(_select_params.rows(connection, (number, as_list(param.key for param in given))))
    for param in given:
        if known[param.key] != param.value:
            raise InvalidParameter(
                "param.changed",
                f"Changing param values is not allowed. Param with key='{param.key}' was already logged with"
                f" value='{known[param.key]}' for run ID='{run_id}'. Attempted logging new value '{param.value}'.",
                key=param.key,
                run_id=run_id,
            )


def _set_tags(connection: Connection, number: int, given: Sequence[Tag]) -> None:
    """Set tags; the name of a run and its name tag stay equal, and a name is never empty."""
    values = {tag.key: tag.value for tag in given}
    if values.get(RUN_NAME_TAG) == "":
        del values[RUN_NAME_TAG]
    upsert(connection, tags, [(number, key, value) for key, value in values.items()])
    if RUN_NAME_TAG in values:
        _update_run.rows(connection, (None, None, values[RUN_NAME_TAG], number))


def _parse_history(text: str | None) -> list[object]:
    try:
        history = json.loads(text) if text else []
    except (ValueError, RecursionError):
        history = None
    if not isinstance(history, list):
        raise InvalidParameter(
            "run.unreadable_model_history",
            f"The tag '{LOGGED_MODEL_HISTORY_TAG}' of this run holds no JSON list, so that nothing can be added to it."
            " Delete the tag first.",
        )
    return history
