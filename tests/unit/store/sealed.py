"""Seals on demand, and looks at what is sealed, for the tests of chunks."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import monotonic

from sqlalchemy import Connection, select

from trialog.store.chunks import BEFORE_ALL
from trialog.store.database import Database
from trialog.store.sealing import SealingRule, seal_next
from trialog.store.tables import NO_MODEL, series

# Small chunks, and nothing that happens by itself.
SMALL = SealingRule(size=8, hot=12, late=3, idle=4, straight=6)
NEVER = 10**15
BY_HAND = SMALL._replace(idle_seconds=1e9)
ROWS_ONLY = SealingRule(hot=NEVER, idle=NEVER, straight=NEVER)


async def seal_all(database: Database, rule: SealingRule, *, whole: bool) -> None:
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
    found = []
    with closing(sqlite3.connect(file)) as connection:
        wrong = connection.execute(
            "SELECT id, count, sealed_count,"
            " (SELECT count(*) FROM trialog_points WHERE series = s.id),"
            " (SELECT coalesce(sum(count), 0) FROM trialog_chunks WHERE series = s.id)"
            " FROM trialog_series s"
        ).fetchall()
        found += [f"series {row}" for row in wrong if row[2] != row[4] or row[1] != row[3] + row[4]]
        overlaps = connection.execute(
            "SELECT a.id, b.id FROM trialog_chunks a JOIN trialog_chunks b ON a.series = b.series AND a.id != b.id"
            " WHERE (a.first_timestamp, a.first_step, a.first_value)"
            " <= (b.first_timestamp, b.first_step, b.first_value)"
            " AND (b.first_timestamp, b.first_step, b.first_value) <= (a.last_timestamp, a.last_step, a.last_value)"
        ).fetchall()
        found += [f"chunks {pair} overlap" for pair in overlaps]
        late = connection.execute(
            "SELECT s.id FROM trialog_series s JOIN trialog_chunks c ON c.series = s.id"
            " WHERE c.last_timestamp > coalesce(s.sealed_timestamp, -1)"
        ).fetchall()
        found += [f"series {number} does not know of its latest chunk" for (number,) in late]
        found += [text for (text,) in connection.execute("PRAGMA integrity_check") if text != "ok"]
    return found


async def until(condition: Callable[[], bool], *, seconds: float = 30.0) -> None:
    """Wait until something is so."""
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "it did not become so"
        await asyncio.sleep(0.01)
