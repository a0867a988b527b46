"""Seals on demand, and looks at what is sealed, for the tests of chunks."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import monotonic

from sqlalchemy import Connection, select

from tests.stored_points import disagreements
from trialog.store.chunks import BEFORE_ALL
from trialog.store.sealing import SealingRule, seal_next
from trialog.store.sqlite_database import SqliteDatabase
from trialog.store.tables import NO_MODEL, series

# Small chunks, and nothing that happens by itself.
SMALL = SealingRule(size=8, hot=12, late=3, idle=4, straight=6)
NEVER = 10**15
BY_HAND = SMALL._replace(idle_seconds=1e9)
ROWS_ONLY = SealingRule(hot=NEVER, idle=NEVER, straight=NEVER)


async def seal_all(database: SqliteDatabase, rule: SealingRule, *, whole: bool) -> None:
    """Seal what the rule allows in every series of runs, a transaction for each step."""

    def list_series(connection: Connection) -> list[int]:
        return list(connection.execute(select(series.c.id).where(series.c.model == NO_MODEL)).scalars())

    for number in await database.read(list_series):
        position = BEFORE_ALL
        while True:
            after = await database.write(
                lambda connection, number=number, start=position: seal_next(  # type: ignore[misc]  # bound at once
                    connection, number, start, rule, whole=whole
                )
            )
            if after is None:
                break
            position = after


def counts(file: Path) -> tuple[int, int]:
    """Return how many points are rows, and how many chunks there are."""
    with closing(sqlite3.connect(file)) as connection:
        (rows,) = connection.execute("SELECT count(*) FROM trialog_points").fetchone()
        (chunks,) = connection.execute("SELECT count(*) FROM trialog_chunks").fetchone()
    return rows, chunks


def faults(file: Path) -> list[str]:
    """Return what is wrong between series, rows and chunks; nothing if all is as it must be."""
    with closing(sqlite3.connect(file)) as connection:
        found = disagreements(connection.execute)
        return found + [text for (text,) in connection.execute("PRAGMA integrity_check") if text != "ok"]


async def until(condition: Callable[[], bool], *, seconds: float = 30.0) -> None:
    """Wait until something is so."""
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "it did not become so"
        await asyncio.sleep(0.01)
