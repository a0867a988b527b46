"""The one writer of a SQLite store: a thread, a queue and group commit.

SQLite has one writer at a time; four that compete wait for each other ten times as long as one that takes requests in
turn. What waits while the disk syncs is committed together next, so the rate grows with the load. Each request is a
savepoint of its own: one that fails leaves its neighbours alone, and none is answered before the group is on disk.
"""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection

from trialog.errors import TemporarilyUnavailable, TrialogError
from trialog.store.faults import cause_of, is_fault, unavailable
from trialog.store.sqlite import driver_of

Result = TypeVar("Result")

# A group is closed after this time, so that the first request in it is not kept waiting by the last.
GROUP_SECONDS = 0.010

_log = logging.getLogger(__name__)


class _Request(NamedTuple):
    job: Callable[[Connection], Any]
    future: "asyncio.Future[Any]"


class _Outcome(NamedTuple):
    future: "asyncio.Future[Any]"
    result: Any
    error: BaseException | None


class GroupWriter:
    """Runs write requests in order on one connection and commits them in groups.

    Args:
        connection: What to write on; owned and closed by the writer. Its driver must leave transactions to us.
        before_group: Called in the writer's thread before each group; what it raises, the group is answered with.
        after_group: Called in the writer's thread after each group, outside of a transaction, with the driver's
            connection. It must not raise.
    """

    def __init__(
        self,
        connection: Connection,
        before_group: Callable[[], None],
        after_group: Callable[[sqlite3.Connection], None],
    ) -> None:
        self._connection = connection
        self._driver = driver_of(connection)
        self._before_group = before_group
        self._after_group = after_group
        self._queue: SimpleQueue[_Request | None] = SimpleQueue()
        self._door = threading.Lock()
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="trialog-writer", daemon=True)
        self._thread.start()

    async def run(self, job: Callable[[Connection], Result]) -> Result:
        """Run a job in a transaction and return its result once that is on disk.

        Args:
            job: Called in the writer's thread with its connection; what it raises undoes what it wrote.

        Raises:
            TemporarilyUnavailable: The store is closing, locked by another process, or the disk is full.
        """
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        with self._door:  # nothing may be queued behind the mark that ends the thread
            if self._closing:
                raise TemporarilyUnavailable("store.closing", "The store is closing; try again in a moment.")
            self._queue.put(_Request(job, future))
        result: Result = await future
        return result

    def close(self) -> None:
        """Write what is queued, then let go of the connection."""
        with self._door:
            if not self._closing:
                self._closing = True
                self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        open_for_more = True
        while open_for_more:
            request = self._queue.get()
            if request is None:
                break
            open_for_more = self._write_group(request)
        self._connection.close()

    def _write_group(self, first: _Request) -> bool:
        """Write one request and what arrives meanwhile; return whether more may come."""
        group: list[_Request] = []
        outcomes: list[_Outcome] = []
        request: _Request | None = first
        try:
            self._before_group()
            self._driver.execute("BEGIN IMMEDIATE")
            deadline = perf_counter() + GROUP_SECONDS
            while request is not None:
                group.append(request)
                outcomes.append(self._run_one(request))
                if not self._driver.in_transaction or perf_counter() > deadline:
                    break
                try:
                    request = self._queue.get_nowait()
                except Empty:
                    break
            self._commit(outcomes)
        except Exception as error:  # whatever it is: a writer that ended would leave every request without an answer
            failure = self._give_up(error)
            kept = [outcome.error for outcome in outcomes] + [None] * len(group or [first])
            outcomes = [
                _Outcome(one.future, None, own or failure) for one, own in zip(group or [first], kept, strict=False)
            ]
        _resolve_all(outcomes)
        self._after_group(self._driver)
        return request is not None

    def _run_one(self, request: _Request) -> _Outcome:
        self._driver.execute("SAVEPOINT request")
        try:
            result = request.job(self._connection)
        except BaseException as error:  # whatever a job raises belongs to the one who asked for it
            if self._driver.in_transaction:
                self._driver.execute("ROLLBACK TO request")
                self._driver.execute("RELEASE request")
            return _Outcome(request.future, None, error)
        self._driver.execute("RELEASE request")
        return _Outcome(request.future, result, None)

    def _commit(self, outcomes: list[_Outcome]) -> None:
        if self._driver.in_transaction:
            self._driver.execute("COMMIT")
            return
        # Some faults (a full disk, an I/O error) make SQLite undo the whole transaction, not only the savepoint.
        # What SQLite said, and no more: the statement and its values belong to one request, the answer goes to all.
        faults = [outcome.error for outcome in outcomes if outcome.error is not None and is_fault(outcome.error)]
        raise cause_of(faults[-1]) if faults else sqlite3.OperationalError("the transaction was undone")

    def _give_up(self, error: Exception) -> TrialogError:
        """Undo the group and return the error that its requests are answered with."""
        if isinstance(error, TrialogError):
            return error
        _log.error("a group of writes was undone: %s", error)
        if self._driver.in_transaction:
            try:
                self._driver.execute("ROLLBACK")
            except sqlite3.Error as second:
                _log.error("and could not be undone on this connection: %s", second)
        return unavailable(error, "nothing was written")


def _resolve_all(outcomes: list[_Outcome]) -> None:
    """Hand results to the event loops that wait for them, with one wake-up per loop and group."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Outcome]] = {}
    for outcome in outcomes:
        by_loop.setdefault(outcome.future.get_loop(), []).append(outcome)
    for loop, theirs in by_loop.items():
        with suppress(RuntimeError):  # a loop that was closed has nobody who waits
            loop.call_soon_threadsafe(_resolve, theirs)


def _resolve(outcomes: list[_Outcome]) -> None:
    for future, result, error in outcomes:
        if future.done():  # the one who asked has gone
            continue
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
