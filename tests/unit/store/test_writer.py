"""Group commit: what is answered is on disk, and a request that fails leaves its neighbours alone."""

import asyncio
import os
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest
from sqlalchemy import Connection

from trialog.errors import InvalidParameter, TemporarilyUnavailable
from trialog.store import checkpoints
from trialog.store.sqlite import driver_of
from trialog.store.sqlite_database import SqliteDatabase

pytestmark = pytest.mark.anyio


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    opened = SqliteDatabase(tmp_path / "store.db")
    await opened.write(lambda connection: connection.exec_driver_sql("CREATE TABLE noted (number INTEGER UNIQUE)"))
    yield opened
    await opened.close()


def note(number: int, padding: int = 0) -> "Note":
    return Note(number, padding)


class Note:
    """A job that writes one number, and refuses negative ones after it wrote them."""

    def __init__(self, number: int, padding: int) -> None:
        self.number = number
        self.padding = padding

    def __call__(self, connection: Connection) -> int:
        connection.exec_driver_sql("INSERT INTO noted VALUES (?)", (self.number,))
        if self.number < 0:
            raise InvalidParameter("test.negative", "negative")
        return self.number


def numbers_in(file: Path) -> list[int]:
    connection = sqlite3.connect(file)
    found = [number for (number,) in connection.execute("SELECT number FROM noted ORDER BY number")]
    connection.close()
    return found


async def test_what_is_answered_is_seen_by_another_process_at_once(database: SqliteDatabase, tmp_path: Path) -> None:
    await database.write(note(1))

    assert numbers_in(tmp_path / "store.db") == [1]


async def test_one_that_fails_is_undone_and_its_neighbours_are_not(database: SqliteDatabase, tmp_path: Path) -> None:
    answers = await asyncio.gather(*(database.write(note(n)) for n in (1, -2, 3, -4, 5)), return_exceptions=True)

    assert [type(answer) for answer in answers] == [int, InvalidParameter, int, InvalidParameter, int]
    assert numbers_in(tmp_path / "store.db") == [1, 3, 5]


async def test_a_request_given_up_by_its_client_does_not_disturb_others(
    database: SqliteDatabase, tmp_path: Path
) -> None:
    abandoned = asyncio.create_task(database.write(note(1)))
    await asyncio.sleep(0)
    abandoned.cancel()

    assert await database.write(note(2)) == 2
    assert 2 in numbers_in(tmp_path / "store.db")


async def test_a_full_disk_is_said_and_leaves_the_store_whole(database: SqliteDatabase, tmp_path: Path) -> None:
    def fill(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        connection.exec_driver_sql("CREATE TABLE large (data BLOB)")
        connection.exec_driver_sql("INSERT INTO large VALUES (zeroblob(1000000))")

    with pytest.raises(TemporarilyUnavailable, match="disk of the store is full"):
        await database.write(fill)

    await database.write(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count=1000000"))
    await database.write(note(7))
    assert numbers_in(tmp_path / "store.db") == [7]
    assert sqlite3.connect(tmp_path / "store.db").execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_writes_wait_for_another_process_that_holds_the_store(database: SqliteDatabase, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO noted VALUES (1)")
    waiting = asyncio.create_task(database.write(note(2)))
    await asyncio.sleep(0)
    assert not waiting.done()
    other.execute("COMMIT")
    other.close()

    assert await waiting == 2
    assert numbers_in(tmp_path / "store.db") == [1, 2]


async def test_what_is_queued_when_the_store_closes_is_written(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "store.db")
    await database.write(lambda connection: connection.exec_driver_sql("CREATE TABLE noted (number INTEGER UNIQUE)"))
    writes = [asyncio.create_task(database.write(note(n))) for n in range(50)]
    await asyncio.sleep(0)

    await database.close()

    assert await asyncio.gather(*writes) == list(range(50))
    assert numbers_in(tmp_path / "store.db") == list(range(50))
    with pytest.raises(TemporarilyUnavailable, match="closing"):
        await database.write(note(51))


async def test_a_read_sees_one_moment_and_all_that_was_answered_before_it(database: SqliteDatabase) -> None:
    def count(connection: Connection) -> int:
        total: int = connection.exec_driver_sql("SELECT count(*) FROM noted").scalar_one()
        return total

    for number in range(1, 6):
        await database.write(note(number))
        assert await database.read(count) == number


@pytest.mark.skipif(os.name == "nt", reason="Windows does not remove a file that is open")
async def test_a_file_that_was_removed_is_not_written_on(database: SqliteDatabase, tmp_path: Path) -> None:
    await database.write(note(1))
    (tmp_path / "store.db").rename(tmp_path / "elsewhere.db")

    with pytest.raises(TemporarilyUnavailable, match="removed or replaced while the server runs"):
        await database.write(note(2))

    (tmp_path / "elsewhere.db").rename(tmp_path / "store.db")
    assert await database.write(note(3)) == 3


async def test_a_job_that_fails_unforeseen_is_answered_and_the_next_one_goes_on(database: SqliteDatabase) -> None:
    def stop(_connection: Connection) -> None:
        raise KeyboardInterrupt

    with anyio.fail_after(30):
        with pytest.raises(KeyboardInterrupt):
            await database.write(stop)
        assert await database.write(note(1)) == 1


async def test_a_log_of_writes_that_cannot_be_moved_leaves_writes_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader's old snapshot, a full disk: whatever keeps the log from being moved, requests are answered."""
    monkeypatch.setattr(checkpoints, "WANTED_BYTES", 0)
    monkeypatch.setattr(checkpoints, "GREATEST_BYTES", 0)
    database = SqliteDatabase(tmp_path / "store.db")
    await database.write(lambda connection: connection.exec_driver_sql("CREATE TABLE noted (number INTEGER UNIQUE)"))

    def refuse(connection: Connection) -> None:
        # From here on SQLite refuses the statement, as it does on a fault of the disk.
        driver_of(connection).set_authorizer(
            lambda action, name, *_: sqlite3.SQLITE_DENY if name == "wal_checkpoint" else sqlite3.SQLITE_OK
        )

    await database.write(refuse)
    with anyio.fail_after(30):
        answers = [await database.write(note(number)) for number in range(20)]
    await database.write(lambda connection: driver_of(connection).set_authorizer(None))
    await database.close()

    assert answers == list(range(20))
    assert numbers_in(tmp_path / "store.db") == answers


async def test_the_log_of_writes_shrinks_again_once_it_was_moved(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "store.db")
    log = tmp_path / "store.db-wal"
    await database.write(lambda connection: connection.exec_driver_sql("CREATE TABLE noted (number INTEGER UNIQUE)"))
    await database.write(lambda connection: connection.exec_driver_sql("CREATE TABLE large (data BLOB)"))
    size = 2 * checkpoints.WANTED_BYTES
    fill = "INSERT INTO large VALUES (zeroblob(?))"
    await database.write(lambda connection: connection.exec_driver_sql(fill, (size,)))
    assert log.stat().st_size > checkpoints.WANTED_BYTES

    number = 0
    with anyio.fail_after(30):
        while log.stat().st_size > checkpoints.WANTED_BYTES:
            number += 1
            await database.write(note(number))
    await database.close()


async def test_the_log_of_writes_stays_bounded(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "store.db")
    await database.write(lambda connection: connection.exec_driver_sql("CREATE TABLE large (data BLOB)"))
    megabyte = "INSERT INTO large VALUES (randomblob(1000000))"
    largest = 0
    for _ in range(2 * checkpoints.GREATEST_BYTES // 1_000_000):
        await database.write(lambda connection: connection.exec_driver_sql(megabyte))
        largest = max(largest, (tmp_path / "store.db-wal").stat().st_size)
    await database.close()

    assert largest < 2 * checkpoints.GREATEST_BYTES


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
async def test_a_request_that_undoes_its_group_tells_nothing_of_itself_or_others_to_its_neighbours(
    database: SqliteDatabase, tmp_path: Path
) -> None:
    import resource  # POSIX only

    are_queued = threading.Event()

    def wrong(_connection: Connection) -> None:
        raise InvalidParameter("test.wrong", "a secret of one")

    def too_large(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA cache_size=10")
        connection.exec_driver_sql("CREATE TABLE large (data TEXT)")
        connection.exec_driver_sql("INSERT INTO large VALUES (?)", ("a secret of another " * 100_000,))

    first = asyncio.create_task(database.write(lambda _connection: are_queued.wait()))
    group = [asyncio.create_task(database.write(job)) for job in (note(1), wrong, too_large, note(2))]
    await asyncio.sleep(0)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = (tmp_path / "store.db-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100_000, before[1]))
    try:
        are_queued.set()
        answers = await asyncio.gather(first, *group, return_exceptions=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert [type(answer) for answer in answers[1:4]] == [
        TemporarilyUnavailable,
        InvalidParameter,
        TemporarilyUnavailable,
    ]
    assert "secret" not in str(answers[1])
    assert "secret" not in str(answers[3])
    assert "did not take what was written" in str(answers[1])
    assert await database.write(note(3)) == 3
