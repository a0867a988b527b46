"""The database behind the parts of the store: writes through one queue, reads apart."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError, DBAPIError

from trialog.errors import ConfigurationError
from trialog.store.checkpoints import Checkpoints
from trialog.store.faults import is_fault, unavailable
from trialog.store.readers import Readers
from trialog.store.schema import is_prepared, prepare_schema
from trialog.store.sqlite import SameFile, create_reading_engine, create_sqlite_engine
from trialog.store.writer import GroupWriter

Result = TypeVar("Result")


class Database:
    """A SQLite file, opened for one writer and several readers.

    Args:
        file: The file; made when it is not there, in a directory that is.

    Raises:
        StoreVersionError: The file is of another version of Trialog, or belongs to something else.
        ConfigurationError: The file cannot be opened or is no database.
    """

    def __init__(self, file: Path) -> None:
        engine = create_sqlite_engine(file)
        try:
            if file.exists():
                _look(file)
            connection = engine.connect()
            try:
                _prepare(connection, str(file))
            except BaseException:
                connection.close()
                raise
        except DatabaseError as error:
            raise ConfigurationError(
                "store.cannot_open",
                f"The store {file} cannot be opened: {error.orig}. Check that the directory exists,"
                " that you may write there, and that the file is a database of Trialog.",
                place=str(file),
            ) from error
        self._checkpoints = Checkpoints(engine, file)
        self._writer = GroupWriter(connection, SameFile(file).check, self._checkpoints.after_group)
        self._readers = Readers(engine)

    async def write(self, job: Callable[[Connection], Result]) -> Result:
        """Run a job in a writing transaction and return its result once that is on disk.

        Args:
            job: Called in another thread; what it raises undoes what it wrote.

        Raises:
            TemporarilyUnavailable: The database could not be written; nothing was.
        """
        try:
            return await self._writer.run(job)
        except (sqlite3.DatabaseError, DBAPIError) as error:
            if is_fault(error):
                raise unavailable(error, "nothing was written") from error
            raise

    async def read(self, job: Callable[[Connection], Result]) -> Result:
        """Run a job in a reading transaction and return its result.

        Args:
            job: Called in another thread; all it reads is of one moment, not before the last write that was answered.

        Raises:
            TemporarilyUnavailable: The database could not be read.
        """
        return await self._readers.run(job)

    async def close(self) -> None:
        """Write what is queued, then let go of file and threads."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._readers.close()
        self._checkpoints.close()
        self._writer.close()


def _look(file: Path) -> None:
    """Refuse a file that is not ours before anything of it is changed."""
    with create_reading_engine(file).connect() as connection:
        is_prepared(connection, str(file))


def _prepare(connection: Connection, place: str) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        prepare_schema(connection, place)
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")
    connection.rollback()
