"""Which index PostgreSQL reads for each statement of a search of runs: no scan where an index serves."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, event, make_url

from benchmarks.search_data import BIG_EXPERIMENT, SMALL, SMALL_EXPERIMENT
from tests.postgresql import new_database
from tests.unit.store.test_run_search_cost import MUCH, SERVED, search_of
from trialog.store.postgresql import create_postgresql_engine
from trialog.store.run_plans import find_run_rows
from trialog.store.run_rows import load_encoded_runs
from trialog.store.schema import migrate

RUNS = MUCH
# Values of metrics as `double_keys` has them: between 0.25 and 1, but for one of few values and one with NaN.
FILL = f"""
    INSERT INTO trialog_experiments
        (id, workspace, name, artifact_location, lifecycle_stage, creation_time, last_update_time)
    SELECT i, 'default', 'experiment ' || i, 'mlflow-artifacts:/' || i, 'active', 1, 1
    FROM unnest(ARRAY[{BIG_EXPERIMENT}, {SMALL_EXPERIMENT}]) i;
    INSERT INTO trialog_runs
        (id, run_id, experiment, name, user_id, status, start_time, end_time, lifecycle_stage, artifact_uri)
    SELECT i, md5(i::text), CASE WHEN i <= {RUNS} THEN {BIG_EXPERIMENT} ELSE {SMALL_EXPERIMENT} END,
        'run ' || md5(i::text), 'user',
        (ARRAY['FINISHED', 'FINISHED', 'FINISHED', 'FAILED', 'KILLED', 'RUNNING'])[1 + i % 6],
        1700000000000 + i * 1000, 1700000000000 + i * 1000 + i * 7919 % 3600000, 'active', 'mlflow-artifacts:/' || i
    FROM generate_series(1, {RUNS + SMALL}) i;
    INSERT INTO trialog_params
    SELECT i, 'param_0' || p, (i * 7919 + p * 104729) % (10 ^ (p + 1))::int
    FROM generate_series(1, {RUNS + SMALL}) i, generate_series(0, 4) p;
    INSERT INTO trialog_tags
    SELECT i, key, CASE key WHEN 'team' THEN 'team ' || i * 7919 % 1000 ELSE 'user ' || i % 20 END
    FROM generate_series(1, {RUNS + SMALL}) i, unnest(ARRAY['mlflow.user', 'team']) key;
    INSERT INTO trialog_series (run, key, model, dataset_name, dataset_digest, experiment, count, last_value, last_step,
        last_timestamp, first_value, first_step, first_timestamp)
    SELECT i, 'metric_0' || m, 0, '', '', CASE WHEN i <= {RUNS} THEN {BIG_EXPERIMENT} ELSE {SMALL_EXPERIMENT} END, 1,
        value, 0, 1, value, 0, 1
    FROM generate_series(1, {RUNS + SMALL}) i, generate_series(0, 3) m, LATERAL (SELECT CASE
        WHEN m = 2 THEN 4607182418800017408 + i % 3 * 10
        WHEN m = 1 AND i % 100 = 7 THEN 9221120237041090560
        ELSE 4598000000000000000 + (hashint8extended(i * 20 + m, 0) & 9007199254740991) END AS value) made;
    ANALYZE;
"""  # noqa: S608 - numbers of our own


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    """A connection to a store full of runs, of which PostgreSQL knows as it does after a while."""
    with new_database() as uri:
        engine = create_postgresql_engine(make_url(uri))
        with engine.connect() as opened:
            migrate(opened)
            with psycopg.connect(uri) as filling:
                filling.execute(FILL.encode())
            yield opened
        engine.dispose()


def plans_of(connection: Connection, question: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The steps of each statement of a search."""
    connection.exec_driver_sql("ROLLBACK")
    connection.exec_driver_sql("BEGIN")
    statements: list[tuple[str, Sequence[Any]]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        statements.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        rows, _ = find_run_rows(connection, "default", search_of(question))
        load_encoded_runs(connection, rows)
    finally:
        event.remove(connection, "before_cursor_execute", note)
    plans = []
    cursor = connection.connection.cursor()
    for statement, parameters in statements:
        if statement.startswith("SET"):
            cursor.execute(statement)
        else:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
            [(plan,)] = cursor.fetchall()
            plans.append(list(_steps(plan[0]["Plan"])))
    return plans


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _steps(part)


@pytest.mark.parametrize("name", SERVED)
def test_a_search_reads_its_index_and_scans_no_table(connection: Connection, name: str) -> None:
    question, index = SERVED[name]
    plans = plans_of(connection, question)
    shown = json.dumps(plans, indent=1)
    steps = [step for plan in plans for step in plan]
    assert [step for step in steps if step["Node Type"] == "Seq Scan" and "trialog" in step["Relation Name"]] == [], (
        shown
    )
    assert any(re.search(index, step.get("Index Name", "")) for step in steps), shown


@pytest.mark.parametrize("name", SERVED)
def test_a_page_looks_at_few_of_many_runs(connection: Connection, name: str) -> None:
    question, _ = SERVED[name]
    for plan in plans_of(connection, question):
        looked_at = sum(step["Actual Rows"] * step["Actual Loops"] for step in plan if "Scan" in step["Node Type"])
        assert looked_at < RUNS / 2, json.dumps(plan, indent=1)
