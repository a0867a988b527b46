"""The thread that has points sealed: it sleeps until there are enough, and enters the writer in short slices."""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from time import monotonic, perf_counter
from typing import NamedTuple, Protocol, TypeVar
from uuid import uuid4

from sqlalchemy import Connection, bindparam, delete, select

from trialog.entities.clock import now_milliseconds
from trialog.errors import TrialogError
from trialog.store.chunk_codec import Point
from trialog.store.chunks import BEFORE_ALL
from trialog.store.prepared import Prepared
from trialog.store.sealing import SealingRule, seal_next
from trialog.store.tables import NO_MODEL, leases, runs, series
from trialog.store.upserts import upsert

Result = TypeVar("Result")

LEASE = "sealing"
"""Name of the lease under which points are sealed: two processes that do the same would wait for each other."""

_LEASE_MILLISECONDS = 10_000
# A slice begins nothing new after this time; what it began takes some milliseconds more. With 8 ms rows pile up behind
# a writer that is never idle, with 12 ms they do not.
_SLICE_SECONDS = 0.012
# When another process seals, which it does in slices of milliseconds.
_RETRY_SECONDS = 0.5
# When something is wrong, such as a full disk.
_PAUSE_SECONDS = 30.0
_SERIES_AT_ONCE = 1000
# Series that one look at the store considers; a store with more has its turn in several.
_MOST_SERIES = 100_000

_log = logging.getLogger(__name__)

_lock_run_of_series = Prepared(
    select(runs.c.id)
    .join(series, series.c.run == runs.c.id)
    .where(series.c.id == bindparam("number"))
    .with_for_update(key_share=True, of=runs),
    ["number"],
)


class Task(NamedTuple):
    """A series to seal rows of.

    Args:
        number: Its number.
        whole: Whether its newest rows are sealed too.
        start: Where to begin.
    """

    number: int
    whole: bool
    start: Point = BEFORE_ALL


class _Slice(NamedTuple):
    """What a slice did: which series are done, with the rows they still have, and what is left to do."""

    done: dict[int, int]
    left: list[Task]
    is_ours: bool = True


class _Seen(NamedTuple):
    """How a series was met when the store was looked through."""

    points: int
    is_settled: bool


class _Runs(Protocol):
    def __call__(self, job: Callable[[Connection], Result], /) -> Awaitable[Result]: ...


class Sealer:
    """Has rows of metrics sealed, in a thread that is started when there is something to seal for the first time.

    Args:
        write: Runs a job in a writing transaction.
        read: Runs a job in a reading transaction.
        rule: When points are sealed.
    """

    def __init__(self, write: _Runs, read: _Runs, rule: SealingRule) -> None:
        self._write = write
        self._read = read
        self._rule = rule
        self._holder = uuid4().hex
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._closing = False
        self._full: set[int] = set()
        # Rows with which a series is full, where late ones that lie scattered stay rows for a while.
        self._bounds: dict[int, int] = {}
        self._look_at: float | None = None
        self._retry_at: float | None = None
        self._seen: dict[int, _Seen] = {}

    def note(self, number: int, rows: int) -> None:
        """Take note of how many rows a series has; called by the writer, within the transaction that adds to them.

        Args:
            number: Number of the series.
            rows: How many of its points are rows.
        """
        rule = self._rule
        if rows < rule.idle:
            return
        is_full = rows >= rule.hot and rows >= self._bounds.get(number, 0)
        if not is_full and self._look_at is not None:
            return
        with self._lock:
            if is_full and number not in self._full:
                self._full.add(number)
                self._ring()
            if self._look_at is None:
                self._look_at = monotonic() + rule.idle_seconds
                self._ring()

    def look_through(self) -> None:
        """Have the whole store looked through now, for what was left when it was closed."""
        with self._lock:
            self._look_at = monotonic()
            self._ring()

    def close(self) -> None:
        """End the slice under way and stop the thread; the writer still works."""
        with self._lock:
            self._closing = True
            self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _ring(self) -> None:
        self._wake.set()
        if self._thread is None and not self._closing:
            self._thread = threading.Thread(target=self._work, name="trialog-sealer", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        with asyncio.Runner() as runner:
            while not self._closing:
                self._wake.wait(self._seconds_to_wait())
                self._wake.clear()
                try:
                    runner.run(self._do_what_is_due())
                except Exception as error:  # whatever it is: rows stay as they are, a thread that ended seals none
                    _log.warning(
                        "points were not sealed and will be later: %s",
                        error,
                        exc_info=not isinstance(error, TrialogError),
                    )
                    self._retry_at = monotonic() + _PAUSE_SECONDS
                    self._look_at = self._look_at or self._retry_at

    def _seconds_to_wait(self) -> float | None:
        moment = self._look_at if self._retry_at is None else self._retry_at
        return None if moment is None else max(0.0, moment - monotonic())

    async def _do_what_is_due(self) -> None:
        if self._retry_at is not None and self._retry_at > monotonic():
            return
        self._retry_at = None
        with self._lock:
            full, self._full = self._full, set()
        holds_lease = await self._seal([Task(number, whole=False) for number in full])
        if self._look_at is not None and self._look_at <= monotonic() and self._retry_at is None:
            holds_lease |= await self._look()
        if holds_lease:
            mine = (leases.c.name == LEASE) & (leases.c.holder == self._holder)
            await self._write(lambda connection: connection.execute(delete(leases).where(mine)).rowcount)

    async def _seal(self, tasks: list[Task]) -> bool:
        """Seal until all is done or it is another's turn; return whether it was ours."""
        waiting, is_ours = tasks, False
        try:
            while waiting and not self._closing:
                found = await self._write(partial(self._slice, waiting))
                if not found.is_ours:
                    self._retry_at = monotonic() + _RETRY_SECONDS
                    break
                waiting, is_ours = found.left, True
                for number, rows in found.done.items():
                    self._set_bound(number, rows)
        finally:
            # What could not be done is done another time.
            with self._lock:
                self._full.update(task.number for task in waiting if not task.whole)
        return is_ours

    def _set_bound(self, number: int, rows: int) -> None:
        if rows >= self._rule.hot:
            self._bounds[number] = rows + self._rule.size
        else:
            self._bounds.pop(number, None)

    def _slice(self, tasks: list[Task], connection: Connection) -> _Slice:
        """Seal for some milliseconds; called in the writer's thread."""
        if not self._take_lease(connection):
            return _Slice({}, tasks, is_ours=False)
        begin = perf_counter()
        left, done = deque(tasks), dict[int, int]()
        while left and perf_counter() < begin + _SLICE_SECONDS:
            task = left.popleft()
            # Where several write at a time, whoever logs to the run comes before or after, not in between.
            _lock_run_of_series.rows(connection, (task.number,))
            # Nothing is caught here: what a step began and did not end must be undone with the whole slice.
            position = seal_next(connection, task.number, task.start, self._rule, whole=task.whole)
            if position is not None:
                left.appendleft(task._replace(start=position))
            else:
                statement = select(series.c.count - series.c.sealed_count).where(series.c.id == task.number)
                done[task.number] = connection.execute(statement).scalar() or 0
        _log.debug("sealed for %.1f ms, %d series are left", 1000 * (perf_counter() - begin), len(left))
        return _Slice(done, list(left))

    def _take_lease(self, connection: Connection) -> bool:
        now = now_milliseconds()
        # Locked, so that of two processes that look at the same time the second sees what the first took.
        found = select(leases).where(leases.c.name == LEASE).with_for_update()
        lease = connection.execute(found).one_or_none()
        # One that ends later than any lease does was taken before the clock was set back.
        if lease is not None and lease.holder != self._holder and now < lease.expires_at <= now + _LEASE_MILLISECONDS:
            return False
        if lease is None or lease.holder != self._holder or lease.expires_at < now + _LEASE_MILLISECONDS // 2:
            upsert(connection, leases, [(LEASE, self._holder, now + _LEASE_MILLISECONDS)])
        return True

    async def _look(self) -> bool:
        """Look through the store for series that are full, or to which nothing was added since the last look."""
        self._look_at = None
        before, self._seen = self._seen, {}
        last, did, is_all_settled = 0, False, True
        while len(self._seen) < _MOST_SERIES and not self._closing:
            rows = await self._read(partial(self._find_sealable, last))
            tasks = []
            for number, count, sealed in rows:
                met = before.get(number)
                is_idle = met is not None and met.points == count
                is_full = count - sealed >= max(self._rule.hot, self._bounds.get(number, 0))
                self._seen[number] = _Seen(count, is_idle)
                is_all_settled &= is_idle
                if is_full or (is_idle and met is not None and not met.is_settled):
                    tasks.append(Task(number, whole=is_idle))
            did |= await self._seal(tasks)
            if len(rows) < _SERIES_AT_ONCE or self._retry_at is not None:
                break
            last = rows[-1][0]
        if self._retry_at is not None:
            # Another process seals: what it leaves is seen at the next look.
            self._seen = before
        if not is_all_settled or self._retry_at is not None:
            self._look_at = monotonic() + self._rule.idle_seconds
        return did

    def _find_sealable(self, last: int, connection: Connection) -> list[tuple[int, int, int]]:
        statement = (
            select(series.c.id, series.c.count, series.c.sealed_count)
            .where(
                series.c.count - series.c.sealed_count >= self._rule.idle,
                series.c.model == NO_MODEL,
                series.c.id > last,
            )
            .order_by(series.c.id)
            .limit(_SERIES_AT_ONCE)
        )
        return [tuple(row) for row in connection.execute(statement)]
