"""What the bare database takes, with the table that points are kept in and nothing around it.

SQLite: `executemany`, a transaction for each batch, each waiting for the disk. PostgreSQL: COPY of ready text, a
transaction for each batch, over one connection.
"""

import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Protocol

from benchmarks.backends import SqliteStore, Store, connect

Row = tuple[int, int, int, int]
TABLE = (
    "CREATE TABLE ceiling (series bigint NOT NULL, timestamp bigint NOT NULL, step bigint NOT NULL,"
    " value bigint NOT NULL, PRIMARY KEY (series, timestamp, step, value))"
)
GONE = "DROP TABLE IF EXISTS ceiling"
# Made beforehand and taken in turn, so that making them is not measured.
PREPARED = 200


def batches(series: int, points: int, clients: int) -> list[list[Row]]:
    """Return batches of new points as clients send them in turn.

    Args:
        series: How many series a batch has points of.
        points: How many points a batch has.
        clients: How many there are, each with series of its own.
    """
    chance = random.Random(1)  # noqa: S311 - makes values, hides nothing
    found = []
    for number in range(PREPARED):
        client, turn = number % clients, number // clients
        names = list(range(client * series, (client + 1) * series))
        rows = []
        for place in range(points // series):
            step = turn * (points // series) + place
            chance.shuffle(names)
            rows += [(name, 1_700_000_000_000 + step, step, chance.getrandbits(62)) for name in names]
        found.append(rows)
    return found


def batches_per_second(store: Store, made: Sequence[Sequence[Row]], seconds: float) -> float:
    """Return how many batches the database takes in a second.

    Args:
        store: Where a table for them is made and dropped.
        made: The batches; they come again and again, the table being emptied before.
        seconds: For how long at least.
    """
    with _table(store) as table:
        ready = [table.prepare(batch) for batch in made]
        count, used = 0, 0.0
        while used < seconds:
            begin = time.perf_counter()
            for batch in ready:
                table.write(batch)
                count += 1
                if used + time.perf_counter() - begin > seconds:
                    break
            used += time.perf_counter() - begin
            table.empty()
        return count / used


class _Table(Protocol):
    """The table of one database."""

    def prepare(self, batch: Sequence[Row]) -> Any:
        """Return a batch as it is written."""

    def write(self, batch: Any) -> None:
        """Write a batch in a transaction of its own."""

    def empty(self) -> None:
        """Remove all rows."""


@contextmanager
def _table(store: Store) -> Iterator[_Table]:
    if isinstance(store, SqliteStore):
        with closing(sqlite3.connect(store.directory / "ceiling.db", isolation_level=None)) as connection:
            yield _SqliteTable(connection)
        return
    with connect(store.uri) as connection:
        yield _PostgresTable(connection)


class _SqliteTable:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", GONE, f"{TABLE} WITHOUT ROWID"):
            connection.execute(statement)

    def prepare(self, batch: Sequence[Row]) -> Sequence[Row]:
        return batch

    def write(self, batch: Sequence[Row]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("INSERT INTO ceiling VALUES (?, ?, ?, ?)", batch)
        self._connection.execute("COMMIT")

    def empty(self) -> None:
        self._connection.execute("DELETE FROM ceiling")


class _PostgresTable:
    def __init__(self, connection: Any) -> None:
        self._connection = connection
        connection.execute(GONE)
        connection.execute(TABLE)

    def prepare(self, batch: Sequence[Row]) -> bytes:
        return "".join("\t".join(map(str, row)) + "\n" for row in batch).encode()

    def write(self, batch: bytes) -> None:
        with self._connection.cursor().copy("COPY ceiling FROM STDIN") as copy:
            copy.write(batch)

    def empty(self) -> None:
        self._connection.execute("TRUNCATE ceiling")
