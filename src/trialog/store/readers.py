"""Readers apart from the writer: a few threads and connections, each read in a snapshot of its own."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from queue import SimpleQueue
from time import monotonic, sleep
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from trialog.contracts.lasting_threads import LastingThreads
from trialog.errors import InvalidParameter, TemporarilyUnavailable, TrialogError
from trialog.store.faults import cause_of, is_fault, unavailable
from trialog.store.sqlite import driver_of

Result = TypeVar("Result")

READER_THREADS = 4
# A question that keeps a reader this long is ended: a handful of such would keep all others waiting.
READ_SECONDS = 30.0
_WATCH_SECONDS = 1.0
_CLOSE_SECONDS = 0.01


class Readers:
    """Runs read requests while others write, and ends those that take too long.

    Args:
        engine: Gives connections that leave transactions to us.
    """

    def __init__(self, engine: Engine) -> None:
        # Opened now: a connection that is opened when the disk is full cannot even read.
        self._connections = [engine.connect() for _ in range(READER_THREADS)]
        self._idle: SimpleQueue[Connection] = SimpleQueue()
        for connection in self._connections:
            connection.exec_driver_sql("PRAGMA query_only=ON")
            self._idle.put(connection)
        self._threads = LastingThreads(READER_THREADS, "trialog-reader")
        self._running: dict[sqlite3.Connection, float] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._watch = threading.Thread(target=self._end_slow_ones, name="trialog-reader-watch", daemon=True)
        self._watch.start()

    async def run(self, job: Callable[[Connection], Result]) -> Result:
        """Run a job in a reading transaction and return its result.

        Args:
            job: Called in a reader's thread with its connection; all it reads is of one moment.

        Raises:
            InvalidParameter: It took too long.
            TemporarilyUnavailable: The database could not be read.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, job)

    def close(self) -> None:
        """End what is under way and let go of the connections."""
        self._closing.set()
        self._threads.shutdown(wait=False, cancel_futures=True)
        # Again and again, because an interruption just before a statement begins does nothing.
        while self._interrupt(older_than=0.0):
            sleep(_CLOSE_SECONDS)
        self._threads.shutdown()
        self._watch.join()
        for connection in self._connections:
            connection.close()

    def _read(self, job: Callable[[Connection], Result]) -> Result:
        connection = self._idle.get()
        driver = driver_of(connection)
        try:
            with self._lock:
                self._running[driver] = monotonic()
            connection.exec_driver_sql("BEGIN")
            return job(connection)
        except (sqlite3.DatabaseError, DBAPIError) as error:
            if is_fault(error):
                raise self._explain(error) from error
            raise
        finally:
            # Under the lock, so that an interruption never meets the next read on this connection.
            with self._lock:
                del self._running[driver]
            connection.rollback()
            self._idle.put(connection)

    def _explain(self, error: Exception) -> TrialogError:
        if "interrupted" not in str(cause_of(error)):
            return unavailable(error, "nothing was read")
        if self._closing.is_set():
            return TemporarilyUnavailable("store.closing", "The store is closing; try again in a moment.")
        return question_too_slow()

    def _end_slow_ones(self) -> None:
        while not self._closing.wait(_WATCH_SECONDS):
            self._interrupt(older_than=READ_SECONDS)

    def _interrupt(self, older_than: float) -> bool:
        """Interrupt what runs for so many seconds; return whether anything runs."""
        with self._lock:
            for driver, since in self._running.items():
                if monotonic() - since >= older_than:
                    driver.interrupt()
            return bool(self._running)


def question_too_slow() -> InvalidParameter:
    """Return the error for a question that was given up."""
    return InvalidParameter(
        "search.too_slow",
        f"The question took more than {READ_SECONDS:.0f} seconds and was given up. Ask for less: fewer clauses,"
        " shorter patterns, fewer experiments.",
        seconds=READ_SECONDS,
    )
