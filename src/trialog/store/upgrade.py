"""Brings a store that an older Trialog wrote to the version of this one: a backup first, then all of it or nothing.

Both happen under the store's write lock. The backup holds exactly what the migration begins with, whoever else
writes; of several processes one upgrades and the others wait and find it done; one that is killed leaves the store as
it was.
"""

import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from trialog.errors import ConfigurationError, StoreVersionError
from trialog.store.backup import Progress, back_up, bytes_for_backup, free_bytes
from trialog.store.faults import cannot_open, cause_of
from trialog.store.schema import NEWEST_VERSION, migrate, version_of
from trialog.store.sqlite import BUSY_SECONDS, create_reading_engine, create_sqlite_engine, driver_of

# Times that the lock is asked for, each as long as SQLite waits for it: a backup of a large store takes minutes.
_ATTEMPTS = 20

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Upgrade:
    """What an upgrade did.

    Attributes:
        before: Version of the store before.
        after: Its version now.
        backup: The copy of the store as it was; None if none was wanted.
    """

    before: str
    after: str
    backup: Path | None


def version_of_file(file: Path) -> str | None:
    """Return the version of a store without changing a byte of it.

    Args:
        file: The store; it must be there.

    Returns:
        The newest version or an older one; None if the file is an empty database.

    Raises:
        StoreVersionError: The store is of a version that is not known here, or belongs to something else.
        ConfigurationError: The file cannot be read or is no database.
    """
    try:
        with create_reading_engine(file).connect() as connection:
            return version_of(connection, str(file))
    except DatabaseError as error:
        raise cannot_open(file, error) from error


def upgrade_file(
    file: Path,
    *,
    with_backup: bool = True,
    free_bytes: Callable[[Path], int] = free_bytes,
    on_progress: Progress | None = None,
) -> Upgrade | None:
    """Upgrade a store to the newest version.

    Args:
        file: The store; it must be there.
        with_backup: Whether to copy the store first.
        free_bytes: Tells how much can still be written to the disk of a directory.
        on_progress: Called while the backup is made, with the pages copied and the pages there are.

    Returns:
        What was done; None if the store was of the newest version already, or has no tables yet.

    Raises:
        StoreVersionError: The store is of a version that is not known here, belongs to something else, or there is no
            room for the backup.
        ConfigurationError: Another process holds the store, the backup could not be written, or the file cannot be
            opened. The store is as it was.
    """
    # The log lies beside the file that a link leads to, and there the backup has to find room.
    file = file.resolve()
    try:
        with create_sqlite_engine(file).connect() as connection:
            _lock(driver_of(connection), file)
            done = _upgrade_locked(connection, file, with_backup, free_bytes, on_progress)
    except (DatabaseError, sqlite3.Error, OSError) as error:
        raise ConfigurationError(
            "store.upgrade_failed",
            f"The store {file} could not be upgraded to {NEWEST_VERSION}: {cause_of(error)}. It is as it was.",
            place=str(file),
        ) from error
    if done is not None:
        _log.info(
            "upgraded store=%s from=%s to=%s backup=%s", file, done.before, done.after, done.backup or "not wanted"
        )
    return done


def _lock(driver: sqlite3.Connection, file: Path) -> None:
    """Begin a writing transaction, once nobody else is in one."""
    for _ in range(_ATTEMPTS):
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:  # the rest says why it is busy
                raise
            _log.info("waiting for another process that writes to the store %s or upgrades it", file)
        else:
            return
    raise ConfigurationError(
        "store.upgrade_locked",
        f"The store {file} could not be upgraded: another process has held it for {_ATTEMPTS * BUSY_SECONDS / 60:.0f}"
        " minutes. It is as it was. End that process, then try again.",
        place=str(file),
    )


def _upgrade_locked(
    connection: Connection,
    file: Path,
    with_backup: bool,
    free_bytes: Callable[[Path], int],
    on_progress: Progress | None,
) -> Upgrade | None:
    driver, backup, done = driver_of(connection), None, None
    try:
        # Read again: another process may have been faster.
        version = version_of(connection, str(file))
        if version is not None and version != NEWEST_VERSION:
            if with_backup:
                _check_room(file, version, free_bytes)
                backup = back_up(file, version=version, before=NEWEST_VERSION, on_progress=on_progress)
            migrate(connection)
            done = Upgrade(version, NEWEST_VERSION, backup)
        driver.execute("COMMIT")
    except BaseException:
        if driver.in_transaction:
            driver.execute("ROLLBACK")
            if backup is not None:
                # The store stayed as it was: starts that fail again and again must not fill the disk.
                backup.unlink(missing_ok=True)
        raise
    return done


def _check_room(file: Path, version: str, free_bytes: Callable[[Path], int]) -> None:
    needed, free = bytes_for_backup(file), free_bytes(file.parent)
    if free < needed:
        raise StoreVersionError(
            "store.no_room_for_backup",
            f"The store at {file} is of version {version} and must be upgraded to {NEWEST_VERSION}, but its disk has no"
            f" room for the backup that comes first: {free} bytes are free and {needed} are needed. It was left"
            " untouched. Make room and start again, or back the store up elsewhere and run"
            " `trialog db upgrade --no-backup` with the same --backend-store-uri.",
            place=str(file),
            version=version,
            newest_known=NEWEST_VERSION,
            free_bytes=free,
            needed_bytes=needed,
        )
