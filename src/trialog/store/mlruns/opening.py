"""Opens a folder `mlruns/` as a store."""

import asyncio
import contextlib
import logging
from functools import partial
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from trialog.errors import ConfigurationError, TrialogError
from trialog.store.mlruns.address import check_folder
from trialog.store.mlruns.cache import LEFT_OUT_NAME, index_file, remove_index, remove_private
from trialog.store.mlruns.follower import Follower, Pace
from trialog.store.mlruns.index_tables import load_known, make_tables
from trialog.store.mlruns.left_out import LeftOut
from trialog.store.mlruns.read_only import ReadOnlyDatabase
from trialog.store.sql_store import SqlStore
from trialog.store.sqlite_database import SqliteDatabase
from trialog.store.workspace_roots import make_default_workspace

_log = logging.getLogger(__name__)

DEFAULT_PACE = Pace()


class MlrunsStore(SqlStore):
    """A folder `mlruns/` as a store that is read and never written. Implements `trialog.contracts.WorkspaceStores`.

    What is asked is answered by an index of the folder, which is brought up to date while somebody asks.

    Args:
        database: The index, read-only.
        follower: Brings it up to date.
    """

    def __init__(self, database: ReadOnlyDatabase, follower: Follower) -> None:
        super().__init__(database, "mlflow-artifacts:/")
        self._follower = follower

    @property
    def left_out(self) -> list[LeftOut]:
        """What in the folder cannot be served, and why."""
        return list(self._follower.left_out)


async def open_mlruns(folder: Path, *, pace: Pace = DEFAULT_PACE) -> MlrunsStore:
    """Open a folder that MLflow wrote, or still writes. Nothing in it is changed.

    Args:
        folder: The folder, absolute.
        pace: How often to look whether something changed.

    Raises:
        ConfigurationError: It is no such folder, or cannot be read.
    """
    await asyncio.to_thread(check_folder, folder)
    file, is_private = await asyncio.to_thread(index_file, folder)
    if is_private:
        _log.warning("mlruns: the cache cannot be written to; the index of %s is made anew at each start", folder)
    follower = Follower(folder, partial(_opened_index, file), file.parent / LEFT_OUT_NAME, pace)

    async def close() -> None:
        await follower.close()
        if is_private:
            await asyncio.to_thread(remove_private, file)

    try:
        await follower.begin()
    except OSError as error:
        await close()
        raise ConfigurationError(
            "mlruns.unreadable", f"The folder {folder} cannot be read: {error.strerror}.", place=str(folder)
        ) from error
    except BaseException:
        await close()
        raise
    _log.info("mlruns: %s is shown, and only read; its index is %s", folder, file)
    return MlrunsStore(ReadOnlyDatabase(follower, close, str(folder)), follower)


async def _opened_index(file: Path) -> SqliteDatabase:
    """Open the index, and make it anew if it is not there or cannot be used."""
    await asyncio.to_thread(partial(file.parent.mkdir, mode=0o700, parents=True, exist_ok=True))
    try:
        return await _prepared(file)
    except (TrialogError, DatabaseError) as error:
        _log.warning("mlruns: the index %s cannot be used and is made anew: %s", file, error)
        await asyncio.to_thread(remove_index, file)
        return await _prepared(file)


async def _prepared(file: Path) -> SqliteDatabase:
    database = await asyncio.to_thread(SqliteDatabase, file)
    try:
        await database.write(_prepare)
        await database.read(load_known)
    except BaseException:
        with contextlib.suppress(Exception):  # whatever it is: why it cannot be used is told already
            await database.close()
        raise
    return database


def _prepare(connection: Connection) -> None:
    make_default_workspace(connection)
    make_tables(connection)
