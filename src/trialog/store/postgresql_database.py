"""A PostgreSQL database as that of a store: a transaction for each job, in threads with a connection each.

Several processes share it. A job that changes runs alone locks their rows, and a share of the store; every other job
locks the store for itself. So all but the writes to different runs follow one another, as they do on SQLite.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic, sleep
from typing import Any, TypeVar

import psycopg
from sqlalchemy import URL, Connection, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from trialog.contracts.lasting_threads import LastingThreads
from trialog.errors import TemporarilyUnavailable
from trialog.store.database import EQUIPMENT
from trialog.store.postgresql import (
    ALONE,
    BESIDE_OTHERS,
    begin,
    begin_text,
    cause_of,
    commit,
    create_postgresql_engine,
    driver_of,
    execute,
    explain,
    fate_of,
    is_conflict,
)
from trialog.store.postgresql_upgrade import prepare_database
from trialog.store.readers import READ_SECONDS, question_too_slow
from trialog.store.sealer import Sealer
from trialog.store.sealing import DEFAULT_RULE, SEALING, Sealing, SealingRule

Result = TypeVar("Result")

WRITING_THREADS = 8
READING_THREADS = 4
# Whoever waits this long for an answer is told that there is none: the database hangs, or far too much is asked of it.
ANSWER_SECONDS = 60.0
# Times that a job is run when others come in its way or its connection turns out to be broken.
_ATTEMPTS = 5
_READING = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = {READ_SECONDS * 1000:.0f}"
# The connection broke between the question whether all was well and the answer, and nobody could say it since.
_UNKNOWN = "whether it was written is not known; send the request again"
# How long the database is asked what became of a transaction whose connection broke while it was committed.
_FATE_SECONDS = 10.0
_ASK_SECONDS = 0.05
_CLOSE_SECONDS = 0.01
_CANCEL_SECONDS = 5.0

_log = logging.getLogger(__name__)


class PostgresqlDatabase:
    """A PostgreSQL database, opened by one of several processes. Implements `trialog.store.database.Database`.

    Args:
        url: Where it is.
        auto_upgrade: Whether a store of an older version is upgraded; otherwise it is refused.
        sealing: When points of metrics are moved from rows into chunks.

    Raises:
        StoreVersionError: The store is of another version of Trialog, or belongs to something else.
        ConfigurationError: The database cannot be reached, or is not one that a store can be in.
    """

    def __init__(self, url: URL, *, auto_upgrade: bool = True, sealing: SealingRule = DEFAULT_RULE) -> None:
        is_something_left = prepare_database(url, auto_upgrade=auto_upgrade)
        self._alone, self._beside_others, self._reading = (
            begin_text(url, text) for text in (ALONE, BESIDE_OTHERS, _READING)
        )
        self._equipment: dict[str, Any] = {}
        self._engine = create_postgresql_engine(url)
        event.listen(self._engine, "connect", self._equip_connection)
        # Each thread has a connection of its own, which it opens when it first needs one and again when it was lost.
        self._thread = threading.local()
        self._lock = threading.Lock()
        self._connections: set[Connection] = set()
        self._under_way: set[psycopg.Connection[Any]] = set()
        self._writers = LastingThreads(WRITING_THREADS, "trialog-writer")
        self._readers = LastingThreads(READING_THREADS, "trialog-reader")
        self._sealer = Sealer(self.write_runs, self.read, sealing)
        self._closing = False
        self.equip(SEALING, Sealing(sealing, self._sealer.note))
        if is_something_left:
            self._sealer.look_through()

    async def write(self, job: Callable[[Connection], Result]) -> Result:
        """See `Database.write`."""
        return await self._in_thread(self._writers, self._alone, job, "nothing was written")

    async def write_runs(self, job: Callable[[Connection], Result]) -> Result:
        """See `Database.write_runs`."""
        return await self._in_thread(self._writers, self._beside_others, job, "nothing was written")

    async def read(self, job: Callable[[Connection], Result]) -> Result:
        """See `Database.read`."""
        return await self._in_thread(self._readers, self._reading, job, "nothing was read")

    def equip(self, name: str, value: Any) -> None:
        """See `Database.equip`."""
        self._equipment[name] = value

    async def close(self) -> None:
        """See `Database.close`."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._sealer.close()
        self._closing = True
        self._readers.shutdown(wait=False, cancel_futures=True)
        self._writers.shutdown()
        # Again and again, because to cancel just before a statement begins does nothing.
        while under_way := self._readers_under_way():
            for driver in under_way:
                with suppress(psycopg.Error):  # it ended meanwhile, or the database is gone
                    driver.cancel_safe(timeout=_CANCEL_SECONDS)
            sleep(_CLOSE_SECONDS)
        self._readers.shutdown()
        for connection in list(self._connections):
            self._let_go(connection)

    def _readers_under_way(self) -> list[psycopg.Connection[Any]]:
        with self._lock:
            return list(self._under_way)

    def _equip_connection(self, _driver: Any, record: Any) -> None:
        # One mapping for all of them: what is added later, they have as well.
        record.info[EQUIPMENT] = self._equipment

    async def _in_thread(
        self, threads: LastingThreads, beginning: bytes, job: Callable[[Connection], Result], consequence: str
    ) -> Result:
        try:
            running = threads.submit(self._run, beginning, job, consequence)
        except RuntimeError as error:
            if not self._closing:
                raise
            raise _closing() from error
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await asyncio.wrap_future(running)
        except TimeoutError as error:
            # One that no thread had begun never will be.
            found = consequence if running.cancelled() or threads is self._readers else _UNKNOWN
            _log.error("no answer within %.0f s: %s", ANSWER_SECONDS, found)
            raise TemporarilyUnavailable(
                "store.failed", f"The database has not answered for {ANSWER_SECONDS:.0f} seconds: {found}."
            ) from error
        except asyncio.CancelledError as error:
            caller = asyncio.current_task()
            if self._closing and running.cancelled() and (caller is None or not caller.cancelling()):
                raise _closing() from error
            raise

    def _run(self, beginning: bytes, job: Callable[[Connection], Result], consequence: str) -> Result:
        """Run a job, and again where another came in its way or the database had let go of the connection."""
        for attempts_left in reversed(range(_ATTEMPTS)):
            try:
                return self._try(beginning, job)
            except _Undone as undone:
                if undone.is_unknown and self._was_undone(undone):
                    undone.is_unknown, undone.may_be_repeated = False, True
                if attempts_left and undone.may_be_repeated and not self._closing:
                    continue
                raise self._explain(undone, beginning, consequence) from undone.cause
        raise AssertionError("the last attempt returns or raises")

    def _try(self, beginning: bytes, job: Callable[[Connection], Result]) -> Result:
        connection = self._connection()
        driver = driver_of(connection)
        is_read = beginning is self._reading
        if is_read:
            with self._lock:
                self._under_way.add(driver)
        stage, number = "working", None
        try:
            number = begin(driver, beginning)
            result = job(connection)
            stage = "committing"
            commit(driver)
        except BaseException as error:  # whatever it is: no connection may stay in a transaction
            is_lost = self._undo(connection, driver)
            cause = cause_of(error)
            if not isinstance(cause, psycopg.Error):
                raise
            # A standby that was the main database until now: another connection finds the one that is now.
            is_misled = isinstance(cause, psycopg.errors.ReadOnlySqlTransaction)
            if is_misled and not is_lost:
                self._let_go(connection)
            may_be_repeated = is_conflict(cause) or is_misled or (is_lost and (is_read or stage == "working"))
            undone = _Undone(cause, may_be_repeated=may_be_repeated)
            if is_lost and stage == "committing" and not is_read:
                undone.is_unknown, undone.number = True, number
            raise undone from error
        finally:
            if is_read:
                with self._lock:
                    self._under_way.discard(driver)
        return result

    def _was_undone(self, undone: "_Undone") -> bool:
        """Tell whether a transaction whose connection broke while it was committed is known not to stand.

        Whoever asked would send the request again, and one that makes a run would make a second one. "committed" is not
        taken for an answer: a database that crashed may give a number of its last moment to another transaction. That
        of one that stands is not given again.
        """
        end = monotonic() + _FATE_SECONDS
        while undone.number is not None and monotonic() < end and not self._closing:
            with suppress(_Undone):  # the database may be starting again
                match self._fate(undone.number):
                    case "aborted":
                        return True
                    case "committed":
                        return False
            sleep(_ASK_SECONDS)
        return False

    def _fate(self, number: int) -> str | None:
        connection = self._connection()
        driver = driver_of(connection)
        try:
            return fate_of(driver, number)
        except psycopg.Error:
            self._undo(connection, driver)
            return None

    def _connection(self) -> Connection:
        """Return the connection of this thread.

        Raises:
            _Undone: There is none, and none can be opened.
        """
        known: Connection | None = getattr(self._thread, "connection", None)
        if known is not None:
            return known
        try:
            connection = self._engine.connect()
        except (psycopg.Error, DBAPIError) as error:
            raise _Undone(cause_of(error), may_be_repeated=False) from error
        self._thread.connection = connection
        self._connections.add(connection)
        return connection

    def _undo(self, connection: Connection, driver: psycopg.Connection[Any]) -> bool:
        """End the transaction; return whether the connection was lost."""
        with suppress(psycopg.Error):
            if not driver.broken:
                execute(driver, b"ROLLBACK")
                return False
        self._let_go(connection)
        return True

    def _let_go(self, connection: Connection) -> None:
        self._connections.discard(connection)
        self._thread.connection = None
        with suppress(psycopg.Error, SQLAlchemyError):  # nothing is left to be said to a database that is gone
            connection.invalidate()
            connection.close()

    def _explain(self, undone: "_Undone", beginning: bytes, consequence: str) -> BaseException:
        cause = undone.cause
        if isinstance(cause, psycopg.errors.QueryCanceled) and beginning is self._reading:
            return _closing() if self._closing else question_too_slow()
        found = _UNKNOWN if undone.is_unknown else consequence
        explained = explain(cause, found)
        if isinstance(explained, TemporarilyUnavailable):
            _log.error("%s: %s", found, cause)
        return explained or cause


def _closing() -> TemporarilyUnavailable:
    return TemporarilyUnavailable("store.closing", "The store is closing; try again in a moment.")


class _Undone(Exception):
    """A transaction that did not take place, or of which that is not known.

    Args:
        cause: What the driver raised.
        may_be_repeated: Whether nothing was written and another attempt makes sense.

    Attributes:
        is_unknown: Whether the connection broke while it was committed.
        number: Then its number.
    """

    def __init__(self, cause: BaseException, *, may_be_repeated: bool) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.may_be_repeated = may_be_repeated
        self.is_unknown = False
        self.number: int | None = None
