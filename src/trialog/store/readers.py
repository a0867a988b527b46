"""Readers apart from the writer: a few threads, each with a connection of its own."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine

from trialog.store.faults import FAULTS, unavailable

Result = TypeVar("Result")

READER_THREADS = 4


class Readers:
    """Runs read requests, each in a snapshot of its own, while others write.

    Args:
        engine: Gives connections that leave transactions to us.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._mine = threading.local()
        self._connections: list[Connection] = []
        self._threads = ThreadPoolExecutor(READER_THREADS, thread_name_prefix="trialog-reader")

    async def run(self, job: Callable[[Connection], Result]) -> Result:
        """Run a job in a reading transaction and return its result.

        Args:
            job: Called in a reader's thread with its connection; all it reads is of one moment.

        Raises:
            TemporarilyUnavailable: The database could not be read.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, job)

    def close(self) -> None:
        """Finish what is under way and let go of the connections."""
        self._threads.shutdown()
        for connection in self._connections:
            connection.close()
        self._connections.clear()

    def _read(self, job: Callable[[Connection], Result]) -> Result:
        try:
            connection = self._connection()
            connection.exec_driver_sql("BEGIN")
            try:
                return job(connection)
            finally:
                connection.rollback()
        except FAULTS as error:
            raise unavailable(error) from error

    def _connection(self) -> Connection:
        connection: Connection | None = getattr(self._mine, "connection", None)
        if connection is None:
            connection = self._engine.connect()
            connection.exec_driver_sql("PRAGMA query_only=ON")
            self._mine.connection = connection
            self._connections.append(connection)
        return connection
