"""Many rows written into the tables of a database directly, as fast as it takes them."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from benchmarks.backends import SqliteStore, Store, connect


class Rows(Protocol):
    """Takes rows."""

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write rows.

        Args:
            table: Its name.
            columns: Names of the columns, in the order of the values.
            rows: The values.
        """


@contextmanager
def writing(store: Store, prefix: str) -> Iterator[Rows]:
    """Write in one transaction, without indexes, which are made anew faster than kept.

    Args:
        store: The database, which no server has open.
        prefix: What the names of those indexes begin with.
    """
    if isinstance(store, SqliteStore):
        with writing_sqlite(store.file, prefix) as rows:
            yield rows
        return
    with connect(store.uri) as connection:
        with connection.transaction():
            # Foreign keys are looked after by triggers.
            connection.execute("SET LOCAL session_replication_role = replica")
            indexes = connection.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND starts_with(indexname, %s)"
                " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
                (prefix,),
            ).fetchall()
            for name, _ in indexes:
                connection.execute(f'DROP INDEX "{name}"')
            yield _PostgresRows(connection)
            for _, definition in indexes:
                connection.execute(definition)
        connection.execute("VACUUM ANALYZE")


@contextmanager
def writing_sqlite(file: Path, prefix: str) -> Iterator[Rows]:
    """The same for a file of SQLite.

    Args:
        file: The file.
        prefix: What the names of its indexes begin with.
    """
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=OFF", "cache_size=-2000000", "temp_store=FILE"):
            connection.execute(f"PRAGMA {pragma}")
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND name LIKE ?",
            (prefix + "%",),
        ).fetchall()
        connection.execute("BEGIN IMMEDIATE")
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        yield _SqliteRows(connection)
        for _, statement in indexes:
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class _SqliteRows:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - literals of the callers
        self._connection.executemany(statement, rows)


class _PostgresRows:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        with self._connection.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
