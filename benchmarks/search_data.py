"""Stores full of runs for measuring searches: the same runs in Trialog's tables and in MLflow's.

The rows are written into the tables directly; asking a server for 100,000 runs takes an hour. A big experiment of id 1
holds the runs asked for, a small one of id 2 holds `SMALL` more that share all its keys.
"""

import random
from collections.abc import Iterator, Sequence
from math import nan
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.rows import Rows, writing_sqlite
from trialog.store.double_keys import to_key

TRIALOG_INDEXES = "trialog_"
MLFLOW_INDEXES = "index_"
BIG_EXPERIMENT = 1
SMALL_EXPERIMENT = 2
SMALL = 50
TIME = 1_700_000_000_000
PARAMS = tuple(f"param_{number:02}" for number in range(20))
METRICS = tuple(f"metric_{number:02}" for number in range(20))
STATUSES = ("FINISHED", "FINISHED", "FINISHED", "FINISHED", "FAILED", "KILLED", "RUNNING")
_AT_ONCE = 2_000


class RunRows(NamedTuple):
    """A run, and what is logged to it.

    Attributes:
        number: The run's own number, from 1.
        run_id: The id that clients see.
        experiment: Where it is.
        name: Its name.
        status: Where it stands.
        start_time: When it began.
        end_time: When it ended; None while it runs.
        params: Key and value.
        metrics: Key and value.
        tags: Key and value.
    """

    number: int
    run_id: str
    experiment: int
    name: str
    status: str
    start_time: int
    end_time: int | None
    params: Sequence[tuple[str, str]]
    metrics: Sequence[tuple[str, float]]
    tags: Sequence[tuple[str, str]]


def make_runs(count: int, keys: int = len(METRICS)) -> Iterator[RunRows]:
    """Return so many runs in the big experiment and `SMALL` in the small one, always the same ones.

    Of the params, `param_00` has 10 values, `param_01` 100 and so on up to 100,000, then again; `metric_01` is NaN in
    one run of a hundred and missing in another; `metric_02` has 3 values.

    Args:
        count: How many.
        keys: How many params and how many metrics each has, from 3 to 20.
    """
    chance = random.Random(1)  # noqa: S311 - makes data, hides nothing
    for number in range(1, count + SMALL + 1):
        experiment = BIG_EXPERIMENT if number <= count else SMALL_EXPERIMENT
        metrics = [(key, chance.random()) for key in METRICS[:keys]]
        metrics[2] = (METRICS[2], float(number % 3))
        if number % 100 == 7:
            metrics[1] = (METRICS[1], nan)
        elif number % 100 == 8:
            del metrics[1]
        status = STATUSES[number % len(STATUSES)]
        start = TIME + number * 1000 + chance.randrange(500)
        name = f"run-{chance.randrange(10**8):08}"
        yield RunRows(
            number=number,
            run_id=f"{chance.getrandbits(128):032x}",
            experiment=experiment,
            name=name,
            status=status,
            start_time=start,
            end_time=None if status == "RUNNING" else start + chance.randrange(3_600_000),
            params=[(key, str(chance.randrange(10 ** (place % 5 + 1)))) for place, key in enumerate(PARAMS[:keys])],
            metrics=metrics,
            tags=[
                ("mlflow.runName", name),
                ("mlflow.source.name", "/home/user/projects/forecast/train.py"),
                ("mlflow.source.type", "LOCAL"),
                ("mlflow.user", f"user_{number % 20}"),
                ("team", f"team {chance.randrange(1000)}"),
            ],
        )


def fill_trialog(file: Path, count: int, keys: int = len(METRICS)) -> None:
    """Write runs into the tables of a store of Trialog in SQLite that holds no run.

    Args:
        file: The store, which no server has open.
        count: How many runs the big experiment gets.
        keys: How many params and how many metrics each has.
    """
    with writing_sqlite(file, TRIALOG_INDEXES) as rows:
        write_trialog(rows, count, keys)


def write_trialog(rows: Rows, count: int, keys: int = len(METRICS)) -> None:
    """Write runs as Trialog keeps them.

    Args:
        rows: Takes them.
        count: How many runs the big experiment gets.
        keys: How many params and how many metrics each has.
    """
    rows.insert(
        "trialog_experiments",
        ["id", "workspace", "name", "artifact_location", "lifecycle_stage", "creation_time", "last_update_time"],
        [(number, "default", name, "mlflow-artifacts:/", "active", TIME, TIME) for number, name in _EXPERIMENTS],
    )
    for some in _batches(count, keys):
        rows.insert(
            "trialog_runs",
            [
                "id",
                "run_id",
                "experiment",
                "name",
                "user_id",
                "status",
                "start_time",
                "end_time",
                "lifecycle_stage",
                "artifact_uri",
            ],
            [
                (
                    run.number,
                    run.run_id,
                    run.experiment,
                    run.name,
                    "user",
                    run.status,
                    run.start_time,
                    run.end_time,
                    "active",
                    _artifact_uri(run),
                )
                for run in some
            ],
        )
        _insert_texts(rows, "trialog_params", "run", [(run.number, run.params) for run in some])
        _insert_texts(rows, "trialog_tags", "run", [(run.number, run.tags) for run in some])
        rows.insert("trialog_series", _SERIES, [_series(run, key, value) for run in some for key, value in run.metrics])


def write_mlflow(rows: Rows, count: int) -> None:
    """Write runs as MLflow keeps them.

    Args:
        rows: Takes them.
        count: How many runs the big experiment gets.
    """
    rows.insert(
        "experiments",
        [
            "experiment_id",
            "name",
            "artifact_location",
            "lifecycle_stage",
            "creation_time",
            "last_update_time",
            "workspace",
        ],
        [(number, name, "mlflow-artifacts:/", "active", TIME, TIME, "default") for number, name in _EXPERIMENTS],
    )
    for some in _batches(count):
        rows.insert(
            "runs",
            [
                "run_uuid",
                "name",
                "source_type",
                "source_name",
                "entry_point_name",
                "user_id",
                "status",
                "start_time",
                "end_time",
                "source_version",
                "lifecycle_stage",
                "artifact_uri",
                "experiment_id",
            ],
            [
                (
                    run.run_id,
                    run.name,
                    "UNKNOWN",
                    "",
                    "",
                    "user",
                    run.status,
                    run.start_time,
                    run.end_time,
                    "",
                    "active",
                    _artifact_uri(run),
                    run.experiment,
                )
                for run in some
            ],
        )
        _insert_texts(rows, "params", "run_uuid", [(run.run_id, run.params) for run in some])
        _insert_texts(rows, "tags", "run_uuid", [(run.run_id, run.tags) for run in some])
        rows.insert(
            "latest_metrics",
            ["run_uuid", "key", "value", "timestamp", "step", "is_nan"],
            [
                (run.run_id, key, 0.0 if value != value else value, run.start_time, 0, value != value)
                for run in some
                for key, value in run.metrics
            ],
        )


_EXPERIMENTS = ((BIG_EXPERIMENT, "big"), (SMALL_EXPERIMENT, "small"))
_SERIES = [
    "run",
    "key",
    "model",
    "dataset_name",
    "dataset_digest",
    "experiment",
    "count",
    "last_value",
    "last_step",
    "last_timestamp",
    "first_value",
    "first_step",
    "first_timestamp",
    "min_value",
    "min_step",
    "max_value",
    "max_step",
]


def _series(run: RunRows, key: str, value: float) -> tuple[Any, ...]:
    number, time = to_key(value), run.start_time
    compared = None if value != value else number
    point = (number, 0, time)
    return (run.number, key, 0, "", "", run.experiment, 1, *point, *point, compared, 0, compared, 0)


def _artifact_uri(run: RunRows) -> str:
    return f"mlflow-artifacts:/{run.experiment}/{run.run_id}/artifacts"


def _batches(count: int, keys: int = len(METRICS)) -> Iterator[list[RunRows]]:
    some: list[RunRows] = []
    for run in make_runs(count, keys):
        some.append(run)
        if len(some) == _AT_ONCE:
            yield some
            some = []
    yield some


def _insert_texts(
    rows: Rows, table: str, run_column: str, runs: Sequence[tuple[Any, Sequence[tuple[str, str]]]]
) -> None:
    rows.insert(table, (run_column, "key", "value"), [(run, key, value) for run, items in runs for key, value in items])
