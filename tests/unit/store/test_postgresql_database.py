"""Jobs of a store in PostgreSQL: whole or not at all, whatever becomes of the connection they run on."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import psycopg
import pytest
from sqlalchemy import Connection, func, make_url, select

from tests.contract.trialog_store import EAGER
from tests.postgresql import new_database
from tests.postgresql_server import restartable_server
from trialog.config import PROXIED_ARTIFACT_ROOT
from trialog.entities import Metric, NewLoggedModel, NewRun, RunSearch
from trialog.entities.clock import now_milliseconds
from trialog.errors import InvalidParameter, TemporarilyUnavailable
from trialog.store import SqlStore, open_store
from trialog.store.postgresql_database import PostgresqlDatabase
from trialog.store.sealer import LEASE
from trialog.store.tables import leases, series
from trialog.store.upserts import upsert

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform == "win32", reason="there is no PostgreSQL for tests on Windows"),
]

PATIENCE_SECONDS = 60


@pytest.fixture(scope="module")
def uri() -> Iterator[str]:
    with new_database() as address:
        yield address


@pytest.fixture
async def database(uri: str) -> AsyncIterator[PostgresqlDatabase]:
    opened = PostgresqlDatabase(make_url(uri))
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("CREATE TABLE notes (text TEXT)")
        yield opened
        await opened.close()
        connection.execute("DROP TABLE notes")


def note(connection: Connection, text: str = "noted") -> None:
    connection.exec_driver_sql("INSERT INTO notes VALUES (%s)", (text,))


async def notes(database: PostgresqlDatabase) -> list[str]:
    return await database.read(lambda connection: [*connection.exec_driver_sql("SELECT text FROM notes").scalars()])


async def test_a_job_that_raises_leaves_nothing_and_the_connection_is_usable(database: PostgresqlDatabase) -> None:
    def job(connection: Connection) -> None:
        note(connection)
        raise ValueError("changed its mind")

    for _ in range(20):
        with pytest.raises(ValueError, match="changed its mind"):
            await database.write_runs(job)
    assert await notes(database) == []
    await database.write(note)
    assert await notes(database) == ["noted"]


async def test_a_job_that_hides_a_failed_statement_is_not_acknowledged(database: PostgresqlDatabase) -> None:
    def job(connection: Connection) -> None:
        note(connection)
        with suppress(Exception):
            connection.exec_driver_sql("SELECT 1 / 0")

    with pytest.raises(TemporarilyUnavailable, match="nothing was written"):
        await database.write(job)
    assert await notes(database) == []


async def test_a_connection_lost_before_the_commit_costs_another_attempt_only(database: PostgresqlDatabase) -> None:
    attempts = []

    def job(connection: Connection) -> None:
        note(connection)
        attempts.append(1)
        if len(attempts) < 3:
            connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

    await database.write_runs(job)
    assert await notes(database) == ["noted"]


def die_at_commit(uri: str, times: int) -> None:
    """Have the database end connections that commit a note, some times."""
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("CREATE SEQUENCE IF NOT EXISTS deaths")
        connection.execute("ALTER SEQUENCE deaths RESTART")
        connection.execute(
            "CREATE OR REPLACE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN"
            f" IF nextval(''deaths'') <= {times} THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;"
            " RETURN NULL; END'"
        )
        connection.execute(
            "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION die()"
        )


async def test_a_commit_that_did_not_happen_costs_another_attempt_only(database: PostgresqlDatabase, uri: str) -> None:
    die_at_commit(uri, times=2)
    await database.write(note)
    assert await notes(database) == ["noted"]


async def test_a_commit_that_never_happens_is_told_as_such(database: PostgresqlDatabase, uri: str) -> None:
    die_at_commit(uri, times=1000)
    with pytest.raises(TemporarilyUnavailable, match="nothing was written"):
        await database.write(note)
    assert await notes(database) == []


async def test_a_commit_whose_answer_is_lost_is_told_as_unknown_and_not_repeated() -> None:
    waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    with restartable_server() as server:
        database = PostgresqlDatabase(make_url(server.uri))
        server.execute("CREATE TABLE notes (text TEXT)")
        # Written here, it waits for a standby that never comes.
        server.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()")
        writing = asyncio.create_task(database.write(note))
        with psycopg.connect(server.uri, autocommit=True) as connection:
            async with asyncio.timeout(PATIENCE_SECONDS):
                # Who waits is a process of the database: none that could set an event.
                while not (found := connection.execute(waiting).fetchone()):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            connection.execute("SELECT pg_terminate_backend(%s)", found)
        with pytest.raises(TemporarilyUnavailable, match="whether it was written is not known"):
            await writing
        assert await notes(database) == ["noted"]
        await database.close()


async def test_a_question_that_takes_too_long_is_given_up(database: PostgresqlDatabase) -> None:
    def job(connection: Connection) -> None:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 20")
        connection.exec_driver_sql("SELECT pg_sleep(60)")

    with pytest.raises(InvalidParameter, match="given up") as refused:
        await database.read(job)
    assert refused.value.code == "search.too_slow"


async def test_a_store_that_another_holds_too_long_is_told_as_held(database: PostgresqlDatabase, uri: str) -> None:
    def job(connection: Connection) -> None:
        connection.exec_driver_sql("SET LOCAL lock_timeout = 20")
        connection.exec_driver_sql("LOCK TABLE notes")

    with psycopg.connect(uri) as connection:
        connection.execute("LOCK TABLE notes")
        with pytest.raises(TemporarilyUnavailable, match="Another process holds the store: nothing was written"):
            await database.write(job)


async def test_a_database_that_takes_no_writes_is_named_as_such(database: PostgresqlDatabase) -> None:
    def job(connection: Connection) -> None:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        note(connection)

    with pytest.raises(TemporarilyUnavailable, match="takes no writes, as a standby does: nothing was written"):
        await database.write(job)
    await database.write(note)
    assert await notes(database) == ["noted"]


async def test_closing_ends_questions_and_finishes_writes(uri: str) -> None:
    database = PostgresqlDatabase(make_url(uri))
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask(connection: Connection) -> None:
        loop.call_soon_threadsafe(begun.set)
        connection.exec_driver_sql("SELECT pg_sleep(600)")

    questions = [asyncio.create_task(database.read(ask)) for _ in range(20)]
    await begun.wait()
    await database.close()
    answers = await asyncio.gather(*questions, return_exceptions=True)
    assert {getattr(answer, "code", answer) for answer in answers} == {"store.closing"}
    with pytest.raises(TemporarilyUnavailable, match="closing"):
        await database.write(lambda connection: None)


async def test_what_the_database_cannot_take_is_told_as_the_caller_s_fault(uri: str) -> None:
    store = await open_store(uri, default_artifact_root=PROXIED_ARTIFACT_ROOT)
    try:
        run_id = (await store.runs.create(NewRun("0", run_name="run"))).info.run_id
        with pytest.raises(InvalidParameter, match="too large for PostgreSQL"):
            await store.runs.search(RunSearch(("0",), f"attributes.run_name RLIKE '({'x' * 290}){{180}}'"))
        with pytest.raises(InvalidParameter, match="the character NUL"):
            await store.metrics.history_of_runs(["a\0b"], "loss", max_results=1)
        # The one name that is longer still than any index has room for: each part of it is not.
        model = await store.logged_models.create(NewLoggedModel("0"))
        long = "".join(map(chr, range(0x20000, 0x20000 + 500)))
        metric = Metric(long[:250], 1.0, 1, 1, model_id=model.model_id, dataset_name=long, dataset_digest=long[:36])
        with pytest.raises(InvalidParameter, match="longer than PostgreSQL can find again: nothing was written"):
            await store.runs.log_metric(run_id, metric)
        assert (await store.runs.get(run_id)).metrics == []
    finally:
        await store.close()


async def open_two(uri: str) -> list[SqlStore]:
    return [await open_store(uri, default_artifact_root=PROXIED_ARTIFACT_ROOT, sealing=EAGER) for _ in range(2)]


async def test_what_two_processes_log_while_points_are_sealed_is_there_once(uri: str) -> None:
    stores = await open_two(uri)
    wanted = [Metric("loss", float(step % 37), step, step) for step in range(240)]
    run_id = (await stores[0].runs.create(NewRun("0"))).info.run_id

    async def log(store: SqlStore, seed: int) -> None:
        mine = list(wanted)
        random.Random(seed).shuffle(mine)  # noqa: S311  any order will do
        for begin in range(0, len(mine), 6):
            await store.runs.log_batch(run_id, metrics=mine[begin : begin + 6])

    try:
        await asyncio.gather(*(log(stores[seed % 2], seed) for seed in range(4)))
        found = (await stores[1].metrics.history(run_id, "loss", max_results=1000)).items
    finally:
        for store in stores:
            await store.close()
    assert sorted((one.step, one.value) for one in found) == [(one.step, one.value) for one in wanted]
    with psycopg.connect(uri) as connection:
        found_count = "SELECT count FROM trialog_series s JOIN trialog_runs r ON r.id = s.run WHERE run_id = %s"
        assert connection.execute(found_count, [run_id]).fetchall() == [(240,)]


async def test_points_noted_while_another_process_seals_are_sealed_once_it_is_gone(uri: str) -> None:
    stores = await open_two(uri)
    database = PostgresqlDatabase(make_url(uri))
    # Left by a process that was killed a moment ago.
    held = (LEASE, "killed", now_milliseconds() + 1500)
    await database.write(lambda connection: upsert(connection, leases, [held]))
    try:
        for store in stores:
            run_id = (await store.runs.create(NewRun("0"))).info.run_id
            for step in range(EAGER.hot + 1):
                await store.runs.log_metric(run_id, Metric("loss", 1.0, step, step))
        async with asyncio.timeout(PATIENCE_SECONDS):
            unsealed = select(func.count()).where(series.c.sealed_count == 0)
            # Who seals is another process, as it were: none that could set an event.
            while await database.read(lambda connection: connection.execute(unsealed).scalar_one()):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    finally:
        for store in stores:
            await store.close()
        await database.close()
