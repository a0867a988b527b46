"""Reading: in a snapshot, never for ever."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest
from sqlalchemy import Connection

from trialog.errors import DamagedData, InvalidParameter, TemporarilyUnavailable
from trialog.store import readers
from trialog.store.sqlite_database import SqliteDatabase

pytestmark = pytest.mark.anyio

ENDLESS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers) SELECT count(*) FROM numbers"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    opened = SqliteDatabase(tmp_path / "store.db")
    yield opened
    await opened.close()


def ask_endlessly(connection: Connection) -> int:
    total: int = connection.exec_driver_sql(ENDLESS).scalar_one()
    return total


def ask_quickly(connection: Connection) -> int:
    number: int = connection.exec_driver_sql("SELECT 1").scalar_one()
    return number


async def test_a_question_that_takes_too_long_is_given_up_and_others_are_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "READ_SECONDS", 0.2)
    database = SqliteDatabase(tmp_path / "slow.db")
    slow = [asyncio.create_task(database.read(ask_endlessly)) for _ in range(2 * readers.READER_THREADS)]

    with anyio.fail_after(60):
        assert await database.read(ask_quickly) == 1
        for task in slow:
            with pytest.raises(InvalidParameter, match="given up"):
                await task
        assert await database.read(ask_quickly) == 1
    await database.close()


async def test_closing_ends_the_questions_under_way(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "closing.db")
    started = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask(connection: Connection) -> int:
        loop.call_soon_threadsafe(started.set)
        return ask_endlessly(connection)

    asking = asyncio.create_task(database.read(ask))
    await started.wait()

    with anyio.fail_after(30):
        await database.close()
    with pytest.raises(TemporarilyUnavailable, match="closing"):
        await asking


async def test_a_damaged_store_is_said_in_words(database: SqliteDatabase, tmp_path: Path) -> None:
    def write_much(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE large (data BLOB)")
        for _ in range(100):
            connection.exec_driver_sql("INSERT INTO large VALUES (randomblob(10000))")

    await database.write(write_much)
    sqlite3.connect(tmp_path / "store.db").execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    with (tmp_path / "store.db").open("r+b") as file:
        file.seek(8192)
        file.write(b"\x00\xff" * 400_000)

    with pytest.raises(DamagedData, match=r"nothing was read .*malformed"):
        await database.read(lambda connection: connection.exec_driver_sql("SELECT sum(length(data)) FROM large").all())
