"""Rows of runs: finding one, and loading many with all that was logged to them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Table, bindparam, select

from trialog.entities import (
    Dataset,
    DatasetInput,
    EncodedRun,
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
from trialog.store.double_keys import from_keys
from trialog.store.json_values import array_of, object_of
from trialog.store.prepared import Prepared
from trialog.store.sets import LISTED, as_list, is_listed
from trialog.store.tables import (
    NO_MODEL,
    dataset_input_tags,
    dataset_inputs,
    datasets,
    experiments,
    model_inputs,
    model_outputs,
    params,
    runs,
    series,
    tags,
)
from trialog.store.workspace_scope import lies_in

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

_is_here = lies_in(bindparam("workspace"), runs.c.experiment)
_identity = select(runs.c.id, runs.c.experiment, runs.c.lifecycle_stage).where(
    runs.c.run_id == bindparam("run_id"), _is_here
)
_select_identity = Prepared(_identity, ["run_id", "workspace"])
# Where several write at a time, those of one run follow each other; SQLite has one writer, and leaves the words out.
_lock_identity = Prepared(_identity.with_for_update(key_share=True), ["run_id", "workspace"])
_select_experiment = Prepared(select(experiments.c.id).where(experiments.c.id == bindparam("number")), ["number"])
_select_numbers = Prepared(
    select(runs.c.run_id, runs.c.id).where(is_listed(runs.c.run_id), _is_here).order_by(runs.c.run_id),
    [LISTED, "workspace"],
)
_select_run = Prepared(
    select(*RUN_COLUMNS).where(runs.c.run_id == bindparam("run_id"), _is_here), ["run_id", "workspace"]
)
# What was logged comes as a row per run, put together by the database: a row per param takes three times as long, and
# keeps the interpreter from others meanwhile. All is read along an index that has runs by key, and so comes by key.
_select_metrics = Prepared(
    select(
        series.c.run,
        array_of(series.c.key, by=series.c.key),
        array_of(series.c.last_value, by=series.c.key),
        array_of(series.c.last_timestamp, by=series.c.key),
        array_of(series.c.last_step, by=series.c.key),
    )
    .where(is_listed(series.c.run), series.c.model == NO_MODEL)
    .group_by(series.c.run),
    [LISTED],
)


def _select_noted(table: Table) -> Prepared:
    noted = array_of(object_of(key=table.c.key, value=table.c.value), by=table.c.key)
    return Prepared(select(table.c.run, noted).where(is_listed(table.c.run)).group_by(table.c.run), [LISTED])


_select_params = _select_noted(params)
_select_tags = _select_noted(tags)
_select_model_inputs = Prepared(
    select(model_inputs.c.run, model_inputs.c.model_id).where(is_listed(model_inputs.c.run)), [LISTED]
)
_select_model_outputs = Prepared(
    select(model_outputs.c.run, model_outputs.c.model_id, model_outputs.c.step).where(is_listed(model_outputs.c.run)),
    [LISTED],
)
_select_dataset_inputs = Prepared(
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
    .where(is_listed(dataset_inputs.c.run))
    .order_by(dataset_inputs.c.id),
    [LISTED],
)
_select_dataset_input_tags = Prepared(
    select(dataset_input_tags.c.input, dataset_input_tags.c.key, dataset_input_tags.c.value).where(
        is_listed(dataset_input_tags.c.input)
    ),
    [LISTED],
)

_decode_integers = msgspec.json.Decoder(list[int]).decode
_decode_texts = msgspec.json.Decoder(list[str]).decode
_decode_params = msgspec.json.Decoder(list[Param]).decode
_decode_tags = msgspec.json.Decoder(list[Tag]).decode

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


def find_run(connection: Connection, workspace: str, run_id: str) -> RunIdentity:
    """Return the numbers of a run, active or deleted.

    Args:
        connection: Where to read.
        workspace: Of which workspace it is.
        run_id: Id of the run.

    Raises:
        ResourceNotFound: No run has this id.
    """
    return _identify(_select_identity, connection, workspace, run_id)


def lock_run(connection: Connection, workspace: str, run_id: str) -> RunIdentity:
    """Return the numbers of a run, active or deleted, that nobody else writes to until the transaction ends.

    Args:
        connection: Inside a writing transaction.
        workspace: Of which workspace it is.
        run_id: Id of the run.

    Raises:
        ResourceNotFound: No run has this id.
    """
    return _identify(_lock_identity, connection, workspace, run_id)


def _identify(statement: Prepared, connection: Connection, workspace: str, run_id: str) -> RunIdentity:
    found = statement.rows(connection, (run_id, workspace))
    if not found:
        raise run_not_found(run_id)
    return RunIdentity(*found[0])


def lock_active_run(connection: Connection, workspace: str, run_id: str) -> RunIdentity:
    """Return the numbers of a run that may be written to, and that nobody else writes to until the transaction ends.

    Args:
        connection: Inside a writing transaction.
        workspace: Of which workspace it is.
        run_id: Id of the run.

    Raises:
        InvalidParameter: It is deleted.
        ResourceNotFound: No run has this id.
    """
    identity = lock_run(connection, workspace, run_id)
    if identity.lifecycle_stage != LifecycleStage.ACTIVE:
        raise InvalidParameter(
            "run.not_active",
            f"The run {run_id} must be in the 'active' state. Current state is {identity.lifecycle_stage}.",
            run_id=run_id,
        )
    return identity


def check_restorable(connection: Connection, run: RunIdentity, run_id: str) -> None:
    """Refuse to restore a run whose experiment is being removed for good, and the run with it.

    Raises:
        ResourceNotFound: It is.
    """
    if not _select_experiment.rows(connection, (run.experiment,)):
        raise run_not_found(run_id)


def find_runs(connection: Connection, workspace: str, run_ids: Iterable[str]) -> dict[str, int]:
    """Return the numbers of runs of a workspace by id, in the order of ids; unknown ones are left out."""
    return dict(_select_numbers.rows(connection, (as_list(run_ids), workspace)))


def to_info(row: Sequence[Any]) -> RunInfo:
    """Return what a row that begins with `RUN_COLUMNS` says of its run."""
    _, run_id, experiment, name, user_id, status, start_time, end_time, lifecycle_stage, artifact_uri, *_ = row
    return RunInfo(
        run_id=run_id,
        experiment_id=str(experiment),
        run_name=name,
        user_id=user_id,
        status=_STATUS[status],
        start_time=start_time,
        end_time=end_time,
        lifecycle_stage=_STAGE[lifecycle_stage],
        artifact_uri=artifact_uri,
    )


def load_run(connection: Connection, workspace: str, run_id: str) -> Run:
    """Return a run with all that was logged to it.

    Args:
        connection: Where to read.
        workspace: Of which workspace it is.
        run_id: Id of the run.

    Raises:
        ResourceNotFound: No run has this id.
    """
    rows = _select_run.rows(connection, (run_id, workspace))
    if not rows:
        raise run_not_found(run_id)
    return load_runs(connection, rows)[0]


def load_runs(connection: Connection, rows: Sequence[Sequence[Any]]) -> list[Run]:
    """Load what was logged to runs.

    Args:
        connection: Where to read.
        rows: Rows that begin with `RUN_COLUMNS`.
    """
    return [
        Run(
            info=run.info,
            metrics=run.metrics,
            params=_decode_params(run.params) if run.params else [],
            tags=_decode_tags(run.tags) if run.tags else [],
            dataset_inputs=run.dataset_inputs,
            model_inputs=run.model_inputs,
            model_outputs=run.model_outputs,
        )
        for run in load_encoded_runs(connection, rows)
    ]


def load_encoded_runs(connection: Connection, rows: Sequence[Sequence[Any]]) -> list[EncodedRun]:
    """Return runs with all that was logged to them: one statement a kind of thing, however many runs there are.

    Args:
        connection: Where to read.
        rows: Rows that begin with `RUN_COLUMNS`.
    """
    numbers = as_list(row[0] for row in rows)
    metrics_of = {row[0]: _metrics(*row[1:]) for row in _select_metrics.rows(connection, (numbers,))}
    params_of = dict(_select_params.rows(connection, (numbers,)))
    tags_of = dict(_select_tags.rows(connection, (numbers,)))
    model_inputs_of: dict[int, list[ModelInput]] = defaultdict(list)
    for run, model_id in _select_model_inputs.rows(connection, (numbers,)):
        model_inputs_of[run].append(ModelInput(model_id))
    model_outputs_of: dict[int, list[ModelOutput]] = defaultdict(list)
    for run, model_id, step in _select_model_outputs.rows(connection, (numbers,)):
        model_outputs_of[run].append(ModelOutput(model_id, step))
    dataset_inputs_of = _load_dataset_inputs(connection, numbers)
    return [
        EncodedRun(
            info=to_info(row),
            metrics=metrics_of.get(row[0], []),
            params=params_of.get(row[0], ""),
            tags=tags_of.get(row[0], ""),
            dataset_inputs=dataset_inputs_of[row[0]],
            model_inputs=model_inputs_of[row[0]],
            model_outputs=model_outputs_of[row[0]],
        )
        for row in rows
    ]


def _metrics(keys: str, values: str, timestamps: str, steps: str) -> list[Metric]:
    numbers = from_keys(_decode_integers(values))
    return list(map(Metric, _decode_texts(keys), numbers, _decode_integers(timestamps), _decode_integers(steps)))


def _load_dataset_inputs(connection: Connection, numbers: str) -> dict[int, list[DatasetInput]]:
    rows = _select_dataset_inputs.rows(connection, (numbers,))
    tags_of: dict[int, list[Tag]] = defaultdict(list)
    if rows:
        for number, key, value in _select_dataset_input_tags.rows(connection, (as_list(row[1] for row in rows),)):
            tags_of[number].append(Tag(key, value))
    found: dict[int, list[DatasetInput]] = defaultdict(list)
    for run, number, *described in rows:
        found[run].append(DatasetInput(Dataset(*described), tags_of[number]))
    return found
