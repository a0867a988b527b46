"""Which index each statement of a page reads, and what a page costs as a store grows."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, event, make_url

from benchmarks.search_data import BIG_EXPERIMENT, SMALL_EXPERIMENT
from tests.postgresql import new_database
from tests.unit.store.test_postgresql_plans import FILL
from tests.unit.store.test_run_search_cost import anyio_backend, connections, stores
from trialog.entities import DEFAULT_WORKSPACE, RunSearch, RunStatus
from trialog.entities.experiment_overview import ExperimentOrder, ExperimentOverviewSearch
from trialog.entities.run_columns import RunAttribute, RunColumnChoice
from trialog.entities.run_groups import GroupEntity, RunGroupSearch
from trialog.entities.run_keys import KeyKind, RunKeySearch
from trialog.entities.store_state import ChangeSearch
from trialog.store import run_keys
from trialog.store.changes import read_changes
from trialog.store.experiment_overviews import count_active_runs, find_recent_runs, read_experiment_overviews
from trialog.store.model_overviews import find_in_production
from trialog.store.postgresql import create_postgresql_engine
from trialog.store.run_groups import read_groups
from trialog.store.run_keys import read_keys
from trialog.store.run_overview import read_run_overview
from trialog.store.run_table import read_named
from trialog.store.schema import migrate
from trialog.store.sqlite import driver_of

__all__ = ["anyio_backend", "connections", "stores"]

Work = Callable[[Connection], object]

PLACES = (str(BIG_EXPERIMENT), str(SMALL_EXPERIMENT))
NUMBERS = (BIG_EXPERIMENT, SMALL_EXPERIMENT)
STEPS_AT_ONCE = 100
SOME_RUNS = "SELECT run_id FROM trialog_runs ORDER BY id LIMIT 100"


def some_runs(connection: Connection) -> tuple[str, ...]:
    """Ids of a hundred runs."""
    rows = connection.exec_driver_sql(SOME_RUNS).all()
    return tuple(row[0] for row in rows)


def changes(connection: Connection) -> object:
    query = ChangeSearch(PLACES, some_runs(connection))
    token = read_changes(connection, DEFAULT_WORKSPACE, query).token
    return read_changes(connection, DEFAULT_WORKSPACE, ChangeSearch(query.experiment_ids, query.run_ids, token))


def columns(connection: Connection) -> object:
    choice = RunColumnChoice(tuple(RunAttribute), ("metric_00",), ("param_00",), ("team",))
    return read_named(connection, DEFAULT_WORKSPACE, some_runs(connection), choice)


def overview(connection: Connection) -> object:
    return read_run_overview(connection, DEFAULT_WORKSPACE, some_runs(connection)[0], None, None)


BOUNDED: dict[str, Work] = {
    "changes": changes,
    "columns of runs": columns,
    "one run": overview,
    "metrics": lambda connection: read_keys(connection, DEFAULT_WORKSPACE, RunKeySearch(PLACES, KeyKind.METRIC)),
    "params": lambda connection: read_keys(connection, DEFAULT_WORKSPACE, RunKeySearch(PLACES, KeyKind.PARAM)),
    "values of a tag": lambda connection: read_keys(
        connection, DEFAULT_WORKSPACE, RunKeySearch(PLACES, KeyKind.TAG, key="team")
    ),
    "failed": lambda connection: find_recent_runs(connection, NUMBERS, RunStatus.FAILED, 10),
    "running": lambda connection: find_recent_runs(connection, NUMBERS, RunStatus.RUNNING, 10),
    "in production": lambda connection: find_in_production(
        connection, DEFAULT_WORKSPACE, 10, models=None, experiments=None
    ),
}
"""What costs no more in a store of four times as many runs."""

SERVED: dict[str, Work] = {
    **BOUNDED,
    "experiments": lambda connection: read_experiment_overviews(
        connection, DEFAULT_WORKSPACE, ExperimentOverviewSearch()
    ),
    "experiments by name": lambda connection: read_experiment_overviews(
        connection, DEFAULT_WORKSPACE, ExperimentOverviewSearch("e", order_by=ExperimentOrder.NAME)
    ),
    "counts": lambda connection: count_active_runs(connection, NUMBERS),
}
"""What reads indexes, though of all runs."""


@pytest.fixture(autouse=True)
def few_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    # The stores are small, so that tests are quick: what is sampled must be a part of them.
    monkeypatch.setattr(run_keys, "SAMPLED_RUNS", 400)


def sqlite_plans(connection: Connection, work: Work) -> list[list[str]]:
    """What SQLite says of how it answers each statement."""
    statements: list[str] = []
    driver = driver_of(connection)
    driver.set_trace_callback(statements.append)
    try:
        work(connection)
    finally:
        driver.set_trace_callback(None)
    asked = [text for text in statements if text.lstrip().startswith(("SELECT", "WITH")) and SOME_RUNS not in text]
    return [[str(row[3]) for row in driver.execute(f"EXPLAIN QUERY PLAN {text}")] for text in asked]


@pytest.mark.parametrize("name", SERVED)
def test_a_page_reads_indexes_and_scans_no_table(connections: list[Connection], name: str) -> None:
    plans = sqlite_plans(connections[1], SERVED[name])
    assert plans
    scan = re.compile(r"SCAN trialog_(runs|series|params|tags|points|chunks|model|datasets|dataset_)|AUTOMATIC")
    assert [line for plan in plans for line in plan if scan.search(line)] == [], plans


@pytest.mark.parametrize("name", BOUNDED)
def test_four_times_the_runs_cost_a_page_no_more(connections: list[Connection], name: str) -> None:
    little, much = (steps_of(connection, BOUNDED[name]) for connection in connections)
    assert much < 1.5 * little + 300, (little, much)


def steps_of(connection: Connection, work: Work) -> int:
    """How many hundreds of steps SQLite takes."""
    driver = driver_of(connection)
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    driver.set_progress_handler(count, STEPS_AT_ONCE)
    try:
        work(connection)
    finally:
        driver.set_progress_handler(None, 0)
    return steps


def test_groups_are_made_of_all_runs_that_match(connections: list[Connection]) -> None:
    query = RunGroupSearch(RunSearch(PLACES), GroupEntity.TAG, "mlflow.user", ("metric_00", "metric_01"))
    found = read_groups(connections[0], DEFAULT_WORKSPACE, query)
    assert (found.total, found.is_complete) == (len(found.groups), True)
    assert sum(group.count for group in found.groups) == found.runs
    for group in found.groups:
        numbers = group.metrics["metric_00"]
        assert numbers.count == group.count
        assert numbers.least is not None
        assert numbers.mean is not None
        assert numbers.greatest is not None
        assert numbers.least <= numbers.mean <= numbers.greatest


@pytest.fixture(scope="module")
def filled() -> Iterator[Connection]:
    """A connection to a store in PostgreSQL full of runs, of which it knows as it does after a while."""
    with new_database() as uri:
        engine = create_postgresql_engine(make_url(uri))
        with engine.connect() as opened:
            migrate(opened)
            with psycopg.connect(uri) as filling:
                filling.execute(FILL.encode())
            yield opened
        engine.dispose()


def postgresql_steps(connection: Connection, work: Work) -> list[dict[str, Any]]:
    """The steps of each statement that is not prepared."""
    connection.exec_driver_sql("ROLLBACK")
    connection.exec_driver_sql("BEGIN")
    statements: list[tuple[str, Sequence[Any]]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        statements.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        work(connection)
    finally:
        event.remove(connection, "before_cursor_execute", note)
    cursor = connection.connection.cursor()
    found: list[dict[str, Any]] = []
    for statement, parameters in statements:
        if statement.startswith("SET"):
            cursor.execute(statement)
        elif SOME_RUNS not in statement:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
            [(plan,)] = cursor.fetchall()
            found += _steps(plan[0]["Plan"])
    return found


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _steps(part)


@pytest.mark.parametrize("name", SERVED)
def test_postgresql_reads_indexes_and_scans_no_large_table(filled: Connection, name: str) -> None:
    steps = postgresql_steps(filled, SERVED[name])
    large = {f"trialog_{table}" for table in ("runs", "series", "params", "tags", "points", "chunks")}
    scanned = [step for step in steps if step["Node Type"] == "Seq Scan" and step["Relation Name"] in large]
    assert scanned == [], json.dumps(steps, indent=1)
