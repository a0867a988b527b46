"""Moves the write-ahead log of SQLite into its file, off the write path, so that the log stays bounded."""

import logging
import sqlite3
import threading
from pathlib import Path

from sqlalchemy import Engine

from trialog.store.sqlite import driver_of

# The log is moved once it is this large: about a thousand pages, SQLite's own default.
WANTED_BYTES = 4 * 1024 * 1024
# Past this the writer itself waits for the log to be moved: readers cannot make it grow without end.
GREATEST_BYTES = 64 * 1024 * 1024

_log = logging.getLogger(__name__)


class Checkpoints:
    """Watches the size of the write-ahead log and moves it in a thread of its own.

    Args:
        engine: Gives a connection for the thread.
        file: The database, beside which SQLite keeps the log.
    """

    def __init__(self, engine: Engine, file: Path) -> None:
        self._engine = engine
        self._write_ahead_log = file.with_name(f"{file.name}-wal")
        self._wanted = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="trialog-checkpoints", daemon=True)
        self._thread.start()

    def after_group(self, driver: sqlite3.Connection) -> None:
        """Have the log moved if it has grown; called by the writer after each group.

        Args:
            driver: The writer's connection, outside of a transaction.
        """
        size = self._size()
        if size > GREATEST_BYTES:
            _move(driver)
        elif size > WANTED_BYTES:
            self._wanted.set()

    def close(self) -> None:
        """Stop the thread; SQLite moves the rest of the log when the last connection closes."""
        self._closing = True
        self._wanted.set()
        self._thread.join()

    def _size(self) -> int:
        try:
            return self._write_ahead_log.stat().st_size
        except OSError:  # not made yet, or not to be seen: either way nothing can be moved
            return 0

    def _work(self) -> None:
        with self._engine.connect() as connection:
            driver = driver_of(connection)
            while True:
                self._wanted.wait()
                self._wanted.clear()
                if self._closing:
                    return
                _move(driver)


def _move(driver: sqlite3.Connection) -> None:
    try:
        driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    except sqlite3.Error as error:
        # Nothing is lost by this, and the group behind the next one asks again.
        _log.warning("the write-ahead log was not moved: %s", error)
