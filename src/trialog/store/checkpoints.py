"""Moves the write-ahead log of SQLite into its file, off the write path, so that the log stays bounded."""

import logging
import sqlite3
import threading
from pathlib import Path

from sqlalchemy import Engine

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

    def after_commit(self, driver: sqlite3.Connection) -> None:
        """Have the log moved if it has grown; called by the writer after each group.

        Args:
            driver: The writer's connection, outside of a transaction.
        """
        size = self._size()
        if size > GREATEST_BYTES:
            driver.execute("PRAGMA wal_checkpoint(PASSIVE)")
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
        except FileNotFoundError:
            return 0

    def _work(self) -> None:
        with self._engine.connect() as connection:
            while True:
                self._wanted.wait()
                self._wanted.clear()
                if self._closing:
                    return
                try:
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
                except sqlite3.Error as error:
                    _log.warning("the write-ahead log was not moved, the next commit asks again: %s", error)
                finally:
                    connection.rollback()
