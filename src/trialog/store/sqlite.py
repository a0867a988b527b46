"""SQLite as Trialog uses it: write-ahead log, full synchronisation, our own transactions, Unicode-aware ILIKE."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event

from trialog.errors import TemporarilyUnavailable
from trialog.search.regular_expressions import matches

BUSY_SECONDS = 30.0
_INCREMENTAL = 2  # as `PRAGMA auto_vacuum` answers


def create_sqlite_engine(file: Path) -> Engine:
    """Return an engine whose connections leave transactions to their user.

    Args:
        file: The database; made when it is not there.
    """
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        poolclass=NullPool,
        connect_args={
            "check_same_thread": False,  # a reader's connection is closed by the thread that closes the store
            "isolation_level": None,
            "timeout": BUSY_SECONDS,
            "cached_statements": 512,
        },
    )
    event.listen(engine, "connect", _prepare_connection)
    return engine


def _prepare_connection(connection: sqlite3.Connection, _record: Any) -> None:
    connection.create_function("trialog_fold", 1, _fold, deterministic=True)
    connection.create_function("trialog_matches", 2, _matches, deterministic=True)
    if connection.execute("PRAGMA auto_vacuum").fetchone() != (_INCREMENTAL,):
        # Takes effect on an empty file only, and before the journal mode. On others it would write, and so wait for
        # whoever holds the lock.
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "wal_autocheckpoint=0",  # checkpoints are made off the write path, see checkpoints.py
        "journal_size_limit=1048576",  # the log shrinks again once it was moved: its size tells when to move it
        "case_sensitive_like=ON",
        "trusted_schema=OFF",
        "temp_store=MEMORY",
        "secure_delete=FAST",  # some builds would otherwise write zeros over all that is deleted, and log them
        "cache_size=-32768",
    ):
        connection.execute(f"PRAGMA {pragma}")


def create_reading_engine(file: Path) -> Engine:
    """Return an engine that looks at a database without changing a byte of it, not even its journal mode.

    Args:
        file: The database; it must be there.
    """
    return create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS),
        poolclass=NullPool,
    )


class SameFile:
    """Notices that a database was removed or replaced while it is open.

    SQLite goes on with the file it holds open, which no longer has a name: what is written there is gone at the end.

    Args:
        file: The database as it is now.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._identity = self._look()

    def check(self) -> None:
        """Refuse to go on with a file that is no longer where it was.

        Raises:
            TemporarilyUnavailable: It was removed or replaced.
        """
        if self._look() != self._identity:
            raise TemporarilyUnavailable(
                "store.file_gone",
                f"The file {self._file.name} of the store was removed or replaced while the server runs: nothing was"
                " written. Put it back, or start the server anew.",
            )

    def _look(self) -> tuple[int, int] | None:
        try:
            status = self._file.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino


def driver_of(connection: Connection) -> sqlite3.Connection:
    """Return the driver's own connection behind one of SQLAlchemy."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError(f"expected a connection to SQLite, not {driver!r}")
    return driver


def _fold(text: str | None) -> str | None:
    """Fold case as Unicode does; SQLite's own folding knows ASCII only."""
    return None if text is None else text.casefold()


def _matches(pattern: str, text: str | None) -> bool | None:
    """Hold a regular expression against a text, where there is one."""
    return None if text is None else matches(pattern, text)
