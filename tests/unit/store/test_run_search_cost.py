"""What a search costs as a store grows, and which index each statement of it reads: no scan where an index serves."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from benchmarks.search_data import BIG_EXPERIMENT, SMALL_EXPERIMENT, fill_trialog
from trialog.entities import RunSearch
from trialog.store import open_store
from trialog.store.run_plans import FEW_RUNS, find_run_rows
from trialog.store.run_rows import load_encoded_runs
from trialog.store.sqlite import create_sqlite_engine, driver_of

LITTLE, MUCH = FEW_RUNS + 500, 4 * (FEW_RUNS + 500)
STEPS_AT_ONCE = 100


@pytest.fixture(scope="module", params=["asyncio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
async def stores(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> list[Path]:
    """Two stores, one of four times as many runs."""
    files = []
    for size in (LITTLE, MUCH):
        file = tmp_path_factory.mktemp("cost") / "store.db"
        await (await open_store(f"sqlite:///{file.as_posix()}", default_artifact_root="mlflow-artifacts:/")).close()
        fill_trialog(file, size)
        files.append(file)
    return files


@pytest.fixture(scope="module")
def connections(stores: list[Path]) -> Iterator[list[Connection]]:
    """A connection to each store."""
    opened = [create_sqlite_engine(file).connect() for file in stores]
    yield opened
    for connection in opened:
        connection.close()


def search_of(question: dict[str, Any]) -> RunSearch:
    return RunSearch(**{"experiment_ids": (str(BIG_EXPERIMENT),), "max_results": 100, **question})


def plans_of(connection: Connection, question: dict[str, Any]) -> list[list[str]]:
    """What SQLite says of how it answers each statement of a search."""
    statements: list[tuple[str, Sequence[Any]]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        statements.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        find_run_rows(connection, "default", search_of(question))
    finally:
        event.remove(connection, "before_cursor_execute", note)
    driver = driver_of(connection)
    return [
        [str(row[3]) for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        for statement, parameters in statements
    ]


def steps_of(connection: Connection, question: dict[str, Any]) -> int:
    """How many hundreds of steps SQLite takes to find one page and read it."""
    driver = driver_of(connection)
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    driver.set_progress_handler(count, STEPS_AT_ONCE)
    try:
        rows, _ = find_run_rows(connection, "default", search_of(question))
        load_encoded_runs(connection, rows)
    finally:
        driver.set_progress_handler(None, 0)
    return steps


SERVED: dict[str, tuple[dict[str, Any], str]] = {
    "newest": ({}, "runs_by_start"),
    "metric": ({"order_by": ("metrics.metric_00 ASC",)}, "series_by_last_value"),
    "metric, greatest": ({"order_by": ("metrics.metric_00 DESC",)}, "series_by_last_value"),
    "metric with NaN": ({"order_by": ("metrics.metric_01 DESC",)}, "series_by_last_value"),
    "metric of few values": ({"order_by": ("metrics.metric_02 DESC",)}, "runs_by_start"),
    "metric of none": ({"order_by": ("metrics.nothing DESC",)}, "runs_by_start"),
    "oldest": ({"order_by": ("start_time ASC",)}, "runs_by_start"),
    "end": ({"order_by": ("end_time DESC",)}, "runs_by_end"),
    "name": ({"order_by": ("run_name ASC",)}, "runs_by_name"),
    "status": ({"order_by": ("status DESC",)}, "runs_by_status"),
    "param": ({"order_by": ("params.param_02 ASC",)}, "params_by_value"),
    "param, greatest": ({"order_by": ("params.param_04 DESC",)}, "params_by_value"),
    "param of none": ({"order_by": ("params.nothing ASC",)}, "runs_by_start"),
    "tag": ({"order_by": ("tags.team DESC",)}, "tags_by_value"),
    "metric above": ({"filter": "metrics.metric_00 > 0.5"}, "runs_by_start"),
    "metric in a range, by it": (
        {"filter": "metrics.metric_00 BETWEEN 0.2 AND 0.9", "order_by": ("metrics.metric_00 DESC",)},
        "series_by_last_value",
    ),
    "param, by a metric": (
        {"filter": "params.param_02 = '333'", "order_by": ("metrics.metric_03 DESC",)},
        "params_by_value",
    ),
    "rare param": ({"filter": "params.param_04 = '3333'"}, "params_by_value"),
    "rare tag": ({"filter": "tags.team = 'none'"}, "tags_by_value"),
    "name of none": ({"filter": "run_name = 'none'"}, "runs_by_name"),
    "id": ({"filter": "run_id IN ('none', 'other')"}, "runs_run_id|autoindex_trialog_runs_1"),
    "few beside many, by a metric": (
        {"experiment_ids": (str(SMALL_EXPERIMENT),), "order_by": ("metrics.metric_00 DESC",)},
        "runs_by_",
    ),
    "few beside many, by a param": (
        {"experiment_ids": (str(SMALL_EXPERIMENT),), "order_by": ("params.param_02 ASC",)},
        "runs_by_",
    ),
    "few beside many, filtered": (
        {
            "experiment_ids": (str(SMALL_EXPERIMENT),),
            "filter": "metrics.metric_00 > 0.1 AND params.param_00 != '3' AND tags.team LIKE '%7%'",
        },
        "runs_by_",
    ),
}


@pytest.mark.parametrize("name", SERVED)
def test_a_search_reads_its_index_and_scans_no_table(connections: list[Connection], name: str) -> None:
    question, index = SERVED[name]
    plans = plans_of(connections[1], question)
    assert [line for plan in plans for line in plan if re.search(r"SCAN trialog_|AUTOMATIC", line)] == []
    assert any(re.search(index, line) for plan in plans for line in plan), plans
    is_small = "experiment_ids" in question
    for plan in plans:
        is_sorted = any("TEMP B-TREE FOR ORDER BY" in line for line in plan)
        # What is sorted is a range of values, bounded before, or the runs that a clause or an experiment has.
        bounded = any(re.search(r"(<|>)\?\)|INTEGER PRIMARY KEY|run_id=\?", line) for line in plan)
        assert not is_sorted or is_small or bounded, plan


@pytest.mark.parametrize("name", SERVED)
def test_four_times_the_runs_cost_a_page_no_more(connections: list[Connection], name: str) -> None:
    question, _ = SERVED[name]
    little, much = (steps_of(connection, question) for connection in connections)
    # A clause that more runs satisfy is counted further, up to a limit.
    assert much < 1.5 * little + 300, (little, much)
