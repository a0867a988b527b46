"""Rows of runs: finding one, and loading many with all that was logged to them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from trialog.entities import (
    Dataset,
    DatasetInput,
    LifecycleStage,
    Metric,
    ModelInput,
    ModelOutput,
    Param,
    Run,
    RunInfo,
    RunStatus,
    Tag,
)
from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.store.double_keys import from_key
from trialog.store.prepared import Prepared
from trialog.store.rows import AnyRow
from trialog.store.sets import is_one_of
from trialog.store.tables import (
    dataset_input_tags,
    dataset_inputs,
    datasets,
    model_inputs,
    model_outputs,
    params,
    runs,
    series,
    tags,
)

RUN_COLUMNS = (
    runs.c.id,
    runs.c.run_id,
    runs.c.experiment,
    runs.c.name,
    runs.c.user_id,
    runs.c.status,
    runs.c.start_time,
    runs.c.end_time,
    runs.c.lifecycle_stage,
    runs.c.artifact_uri,
)

_select_identity = Prepared(
    select(runs.c.id, runs.c.experiment, runs.c.lifecycle_stage).where(runs.c.run_id == bindparam("run_id")), ["run_id"]
)

_STATUS = {status.value: status for status in RunStatus}
_STAGE = {stage.value: stage for stage in LifecycleStage}


class RunIdentity(NamedTuple):
    """The store's own numbers of a run.

    Args:
        number: Of the run.
        experiment: Of its experiment.
        lifecycle_stage: Active or deleted.
    """

    number: int
    experiment: int
    lifecycle_stage: str


def run_not_found(run_id: str) -> ResourceNotFound:
    """Return the error for a run that is not there."""
    return ResourceNotFound("run.not_found", f"Run with id={run_id[:300]} not found", run_id=run_id[:300])


def find_run(connection: Connection, run_id: str) -> RunIdentity:
    """Return the numbers of a run, active or deleted.

    Raises:
        ResourceNotFound: No run has this id.
    """
    found = _select_identity.rows(connection, (run_id,))
    if not found:
        raise run_not_found(run_id)
    return RunIdentity(*found[0])


def find_active_run(connection: Connection, run_id: str) -> RunIdentity:
    """Return the numbers of a run that may be written to.

    Raises:
        InvalidParameter: It is deleted.
        ResourceNotFound: No run has this id.
    """
    identity = find_run(connection, run_id)
    if identity.lifecycle_stage != LifecycleStage.ACTIVE:
        raise InvalidParameter(
            "run.not_active",
            f"The run {run_id} must be in the 'active' state. Current state is {identity.lifecycle_stage}.",
            run_id=run_id,
        )
    return identity


def find_runs(connection: Connection, run_ids: Iterable[str]) -> dict[str, int]:
    """Return the numbers of runs by id, in the order of ids; unknown ones are left out."""
    statement = select(runs.c.run_id, runs.c.id).where(is_one_of(runs.c.run_id, run_ids)).order_by(runs.c.run_id)
    return dict(connection.execute(statement).all())


def to_info(row: AnyRow) -> RunInfo:
    """Return what a row of `RUN_COLUMNS` says of its run."""
    return RunInfo(
        run_id=row.run_id,
        experiment_id=str(row.experiment),
        run_name=row.name,
        user_id=row.user_id,
        status=_STATUS[row.status],
        start_time=row.start_time,
        end_time=row.end_time,
        lifecycle_stage=_STAGE[row.lifecycle_stage],
        artifact_uri=row.artifact_uri,
    )


def load_run(connection: Connection, run_id: str) -> Run:
    """Return a run with all that was logged to it.

    Raises:
        ResourceNotFound: No run has this id.
    """
    row = connection.execute(select(*RUN_COLUMNS).where(runs.c.run_id == run_id)).one_or_none()
    if row is None:
        raise run_not_found(run_id)
    return load_runs(connection, [row])[0]


def load_runs(connection: Connection, rows: Sequence[AnyRow]) -> list[Run]:
    """Return runs with all that was logged to them: one statement a kind of thing, however many runs there are.

    Args:
        connection: Where to read.
        rows: Rows that begin with `RUN_COLUMNS`.
    """
    numbers = [row.id for row in rows]
    metrics_of = _load_metrics(connection, numbers)
    params_of: dict[int, list[Param]] = defaultdict(list)
    for run, key, value in connection.execute(
        select(params.c.run, params.c.key, params.c.value).where(is_one_of(params.c.run, numbers))
    ):
        params_of[run].append(Param(key, value))
    tags_of: dict[int, list[Tag]] = defaultdict(list)
    for run, key, value in connection.execute(
        select(tags.c.run, tags.c.key, tags.c.value).where(is_one_of(tags.c.run, numbers))
    ):
        tags_of[run].append(Tag(key, value))
    dataset_inputs_of = _load_dataset_inputs(connection, numbers)
    model_inputs_of: dict[int, list[ModelInput]] = defaultdict(list)
    for run, model_id in connection.execute(select(model_inputs).where(is_one_of(model_inputs.c.run, numbers))):
        model_inputs_of[run].append(ModelInput(model_id))
    model_outputs_of: dict[int, list[ModelOutput]] = defaultdict(list)
    for run, model_id, step in connection.execute(select(model_outputs).where(is_one_of(model_outputs.c.run, numbers))):
        model_outputs_of[run].append(ModelOutput(model_id, step))
    return [
        Run(
            info=to_info(row),
            metrics=metrics_of[row.id],
            params=params_of[row.id],
            tags=tags_of[row.id],
            dataset_inputs=dataset_inputs_of[row.id],
            model_inputs=model_inputs_of[row.id],
            model_outputs=model_outputs_of[row.id],
        )
        for row in rows
    ]


def _load_metrics(connection: Connection, numbers: Sequence[int]) -> dict[int, list[Metric]]:
    statement = select(
        series.c.run, series.c.key, series.c.last_value, series.c.last_timestamp, series.c.last_step
    ).where(is_one_of(series.c.run, numbers), series.c.model == 0)
    found: dict[int, list[Metric]] = defaultdict(list)
    for run, key, value, timestamp, step in connection.execute(statement):
        found[run].append(Metric(key, from_key(value), timestamp, step))
    return found


def _load_dataset_inputs(connection: Connection, numbers: Sequence[int]) -> dict[int, list[DatasetInput]]:
    statement = (
        select(
            dataset_inputs.c.run,
            dataset_inputs.c.id,
            datasets.c.name,
            datasets.c.digest,
            datasets.c.source_type,
            datasets.c.source,
            datasets.c.schema,
            datasets.c.profile,
        )
        .join(datasets, datasets.c.id == dataset_inputs.c.dataset)
        .where(is_one_of(dataset_inputs.c.run, numbers))
        .order_by(dataset_inputs.c.id)
    )
    rows = connection.execute(statement).all()
    tags_of: dict[int, list[Tag]] = defaultdict(list)
    if rows:
        tagged = select(dataset_input_tags).where(is_one_of(dataset_input_tags.c.input, [row.id for row in rows]))
        for row in connection.execute(tagged):
            tags_of[row.input].append(Tag(row.key, row.value))
    found: dict[int, list[DatasetInput]] = defaultdict(list)
    for run, number, *described in rows:
        found[run].append(DatasetInput(Dataset(*described), tags_of[number]))
    return found
