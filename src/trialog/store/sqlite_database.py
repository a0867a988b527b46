"""A SQLite file as the database of a store: writes through one queue, reads apart."""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, select
from sqlalchemy.exc import DatabaseError, DBAPIError

from trialog.store.checkpoints import Checkpoints
from trialog.store.database import EQUIPMENT
from trialog.store.faults import cannot_open, is_fault, unavailable
from trialog.store.readers import Readers
from trialog.store.schema import NEWEST_VERSION, older_store, prepare_schema
from trialog.store.sealer import Sealer
from trialog.store.sealing import DEFAULT_RULE, SEALING, Sealing, SealingRule
from trialog.store.sqlite import SameFile, create_sqlite_engine
from trialog.store.tables import is_sealable, series
from trialog.store.upgrade import upgrade_file, version_of_file
from trialog.store.writer import GroupWriter

Result = TypeVar("Result")


class SqliteDatabase:
    """A SQLite file, opened for one writer and several readers. Implements `trialog.store.database.Database`.

    Args:
        file: The file; made when it is not there, in a directory that is.
        auto_upgrade: Whether a file of an older version is backed up and upgraded; otherwise it is refused.
        sealing: When points of metrics are moved from rows into chunks.

    Raises:
        StoreVersionError: The file is of another version of Trialog, or belongs to something else.
        ConfigurationError: The file cannot be opened, upgraded or locked, or is no database.
    """

    def __init__(self, file: Path, *, auto_upgrade: bool = True, sealing: SealingRule = DEFAULT_RULE) -> None:
        engine = create_sqlite_engine(file)
        try:
            if file.exists():
                _bring_up_to_date(file, auto_upgrade=auto_upgrade)
            else:
                _make_private(file)
            connection = engine.connect()
            try:
                _prepare(connection, str(file))
                is_something_left = connection.execute(select(series.c.id).where(is_sealable).limit(1)).first()
                connection.rollback()
            except BaseException:
                connection.close()
                raise
        except DatabaseError as error:
            raise cannot_open(file, error) from error
        self._sealer = Sealer(self.write, self.read, sealing)
        self._equipment: dict[str, Any] = {}
        connection.info[EQUIPMENT] = self._equipment
        self.equip(SEALING, Sealing(sealing, self._sealer.note))
        self._checkpoints = Checkpoints(engine, file)
        self._writer = GroupWriter(connection, SameFile(file).check, self._checkpoints.after_group)
        self._readers = Readers(engine)
        if is_something_left:
            self._sealer.look_through()

    async def write(self, job: Callable[[Connection], Result]) -> Result:
        """See `Database.write`."""
        try:
            return await self._writer.run(job)
        except (sqlite3.DatabaseError, DBAPIError) as error:
            if is_fault(error):
                raise unavailable(error, "nothing was written") from error
            raise

    async def write_runs(self, job: Callable[[Connection], Result]) -> Result:
        """See `Database.write_runs`; here one writes at a time, whatever it writes."""
        return await self.write(job)

    async def read(self, job: Callable[[Connection], Result]) -> Result:
        """See `Database.read`."""
        return await self._readers.run(job)

    def equip(self, name: str, value: Any) -> None:
        """See `Database.equip`."""
        self._equipment[name] = value

    async def close(self) -> None:
        """See `Database.close`."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._sealer.close()
        self._readers.close()
        self._checkpoints.close()
        self._writer.close()


def _make_private(file: Path) -> None:
    """Make a database that nobody but its owner may read, before anything is in it.

    SQLite gives the files it puts beside a database the same rights. One that is there keeps those it has.
    """
    # Whatever is wrong with the place, SQLite is about to say.
    with contextlib.suppress(OSError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _bring_up_to_date(file: Path, *, auto_upgrade: bool) -> None:
    """Refuse a file that is not ours before anything of it is changed, and upgrade one that is older."""
    version = version_of_file(file)
    if version is None or version == NEWEST_VERSION:
        return
    if not auto_upgrade:
        raise older_store(str(file), version)
    upgrade_file(file)


def _prepare(connection: Connection, place: str) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        prepare_schema(connection, place)
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")
    connection.rollback()
