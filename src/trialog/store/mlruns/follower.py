"""Follows a folder: looks at it while its data is asked for, and brings the index up to date."""

import asyncio
import logging
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import Connection

from trialog.errors import TemporarilyUnavailable, TrialogError
from trialog.store.database import Database
from trialog.store.mlruns.index_tables import (
    UNKNOWN,
    Known,
    Remembered,
    State,
    load_known,
    load_left_out,
    load_remembered,
)
from trialog.store.mlruns.left_out import LeftOut, summary
from trialog.store.mlruns.look import Look
from trialog.store.mlruns.reading import Changed, ReadUnit, read_unit
from trialog.store.mlruns.run_changes import Budget
from trialog.store.mlruns.units import Kind
from trialog.store.mlruns.writing import remove_unit, write_unit

_log = logging.getLogger(__name__)

# So much is read before it is written.
_UNITS_AT_ONCE: Final = 100
_BYTES_AT_ONCE: Final = 8 * 1024 * 1024
_GONE_AT_ONCE: Final = 50
_INDEX_GONE: Final = "store.file_gone"


class Pace(NamedTuple):
    """How often a folder is looked at while it is asked for.

    Args:
        quick_seconds: Between two looks, at least.
        thorough_seconds: Between two looks at every file, at least.
        share: How much longer the time between two looks is than a look takes, at least.
        patience_seconds: How long who reads waits for a look that goes on.
        progress_seconds: After how long a look says in the log how far it is.
    """

    quick_seconds: float = 1.0
    thorough_seconds: float = 20.0
    share: float = 10.0
    patience_seconds: float = 0.25
    progress_seconds: float = 5.0


class Follower:
    """Brings the index of a folder up to date.

    Args:
        folder: The folder `mlruns/`.
        open_index: Opens the index, or makes it anew if it is not there.
        left_out_file: Takes the list of what cannot be served.
        pace: How often to look.

    Attributes:
        left_out: What cannot be served.
    """

    def __init__(
        self, folder: Path, open_index: Callable[[], Awaitable[Database]], left_out_file: Path, pace: Pace
    ) -> None:
        self.left_out: list[LeftOut] = []
        self._folder = folder
        self._open_index = open_index
        # One that is made anew while the server runs is read only when everything is in it.
        self._read: Database | None = None
        self._written: Database | None = None
        self._left_out_file = left_out_file
        self._pace = pace
        self._known: dict[str, Known] = {}
        self._task: asyncio.Task[None] | None = None
        self._next_look = 0.0
        self._next_thorough = 0.0
        self._fault = ""
        self._has_new_runs = False
        self._said_left_out: list[LeftOut] | None = None

    @property
    def database(self) -> Database:
        """The index.

        Raises:
            TemporarilyUnavailable: It was not begun with (`store.closing`).
        """
        if self._read is None:
            raise TemporarilyUnavailable("store.closing", "The store is closing; try again in a moment.")
        return self._read

    async def begin(self) -> None:
        """Open the index, and bring it up to date for the first time.

        Raises:
            OSError: The folder cannot be looked through.
            TrialogError: The index cannot be opened or written.
        """
        self._written = await self._open_index()
        self._known = await self._written.read(load_known)
        await self._look(self._written, thorough=True)

    async def catch_up(self) -> None:
        """Bring the index up to date if that was not done just now, and wait for it a short time."""
        if self._task is None or self._task.done():
            if time.monotonic() < self._next_look:
                return
            self._task = asyncio.create_task(self._look_again(), name="trialog-mlruns")
        await asyncio.wait({self._task}, timeout=self._pace.patience_seconds)

    async def close(self) -> None:
        """End; what is under way is done another time."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task})
        for database in {self._read, self._written}:
            if database is not None:
                await database.close()
        self._read = self._written = None

    async def _look_again(self) -> None:
        try:
            if self._written is None:
                await self.begin()
            else:
                await self._look(self._written, thorough=time.monotonic() >= self._next_thorough)
            fault = ""
        except (OSError, TrialogError) as error:
            fault = str(error)
            if getattr(error, "code", "") == _INDEX_GONE:
                await self._give_up_index()
        except Exception as error:  # whatever it is: who reads gets what was read before, and the log says so
            _log.exception("mlruns: a look at %s failed", self._folder)
            fault = repr(error)
        if fault and fault != self._fault:
            _log.warning(
                "mlruns: %s cannot be looked at, and is shown as it was before; it is tried again: %s",
                self._folder,
                fault,
            )
        self._fault = fault
        self._next_look = max(self._next_look, time.monotonic() + self._pace.quick_seconds)

    async def _give_up_index(self) -> None:
        """Have the next look make the index anew; until then, what was in the one that was deleted is read."""
        given_up, self._written = self._written, None
        self._known = {}
        self._next_look = 0.0
        if given_up is not None and given_up is not self._read:
            await given_up.close()

    async def _look(self, database: Database, *, thorough: bool) -> None:
        began = time.monotonic()
        progress = _Progress(self._folder, self._pace.progress_seconds)
        look = Look(os.fspath(self._folder), self._known, thorough=thorough)
        await self._remove(database, await asyncio.to_thread(look.begin))
        await self._take(database, look.experiments(), progress)
        await self._take(database, look.contents(Kind.RUN), progress)
        if self._has_new_runs:
            self._look_again_at_what_waits()
        await self._take(database, look.contents(Kind.LOGGED_MODEL), progress)
        await self._take(database, look.registered_models(), progress)
        await self._remove(database, await asyncio.to_thread(look.gone))
        self.left_out = [*look.notes.all(), *await database.read(load_left_out)]
        if database is not self._read:
            before, self._read = self._read, database
            if before is not None:
                await before.close()
        await asyncio.to_thread(self._say_left_out)
        now = time.monotonic()
        self._next_look = now + max(self._pace.quick_seconds, self._pace.share * (now - began))
        if thorough:
            self._next_thorough = now + max(self._pace.thorough_seconds, self._pace.share * (now - began))
            _log.debug("mlruns: looked at %s in %.2f s", self._folder, now - began)

    def _look_again_at_what_waits(self) -> None:
        """Have models read again that have points of runs which were not there."""
        self._has_new_runs = False
        for key, known in self._known.items():
            if known.waits_for_run:
                self._known[key] = known._replace(digest=b"")

    async def _take(self, database: Database, changed: Iterator[Changed], progress: "_Progress") -> None:
        """Read and write what changed, a part at a time."""
        while some := await asyncio.to_thread(lambda: list(islice(changed, _UNITS_AT_ONCE))):
            keys = [one.unit.key for one in some]
            remembered = await database.read(partial(load_remembered, keys=keys))
            while some:
                read = await asyncio.to_thread(self._read_units, some, remembered)
                states = await database.write(partial(_write_all, read))
                left: list[Changed] = []
                taken: list[str] = []
                for one, state in zip(read, states, strict=True):
                    key = one.changed.unit.key
                    if state is None:
                        taken.append(key)
                        continue
                    self._known[key] = state.known()
                    is_new = one.base.number is None and state.number is not None
                    self._has_new_runs |= is_new and state.kind is Kind.RUN
                    remembered[key] = Remembered(state.number, one.base.revision + 1, state.metrics)
                    if not one.metrics.is_whole and state.number is not None:
                        left.append(one.changed)
                if taken:
                    # Another process wrote them just now; the next look sees whether as they are.
                    written = await database.read(partial(load_known, keys=taken))
                    self._known |= {key: known._replace(digest=b"") for key, known in written.items()}
                progress.note(len(read) - len(left))
                some = [*left, *some[len(read) :]]

    def _read_units(self, some: list[Changed], remembered: dict[str, Remembered]) -> list[ReadUnit]:
        budget = Budget(_BYTES_AT_ONCE)
        read: list[ReadUnit] = []
        for one in some:
            read.append(read_unit(os.fspath(self._folder), one, remembered.get(one.unit.key, UNKNOWN), budget))
            if budget.is_spent:
                break
        return read

    async def _remove(self, database: Database, gone: list[tuple[str, Kind]]) -> None:
        for start in range(0, len(gone), _GONE_AT_ONCE):
            part = gone[start : start + _GONE_AT_ONCE]
            await database.write(partial(_remove_all, part))
            for key, _ in part:
                self._known.pop(key, None)

    def _say_left_out(self) -> None:
        """Write down and log what cannot be served, if that is not what was said before."""
        if self.left_out == self._said_left_out:
            return
        is_first = self._said_left_out is None
        self._said_left_out = list(self.left_out)
        if not self.left_out:
            with suppress(OSError):
                self._left_out_file.unlink(missing_ok=True)
            if not is_first:
                _log.info("mlruns: everything in %s is served", self._folder)
            return
        where = f"; listed in {self._left_out_file}"
        try:
            text = "".join(f"{one}\n" for one in self.left_out)
            self._left_out_file.write_text(f"Not served of {self._folder}:\n{text}", encoding="utf-8")
        except OSError as error:
            where = f"; they could not be listed: {error.strerror}"
        _log.warning(
            "mlruns: %d things in %s are not served: %s%s",
            sum(one.count for one in self.left_out),
            self._folder,
            summary(self.left_out),
            where,
        )


class _Progress:
    """Says in the log how far a long look is."""

    def __init__(self, folder: Path, every_seconds: float) -> None:
        self._folder = folder
        self._every_seconds = every_seconds
        self._next = time.monotonic() + every_seconds
        self._done = 0

    def note(self, count: int) -> None:
        """Note that so many more things were read."""
        self._done += count
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + self._every_seconds
            _log.info("mlruns: reading %s: %d runs, experiments and models so far", self._folder, self._done)


def _write_all(read: list[ReadUnit], connection: Connection) -> list[State | None]:
    return [write_unit(connection, one) for one in read]


def _remove_all(gone: list[tuple[str, Kind]], connection: Connection) -> None:
    for key, kind in gone:
        remove_unit(connection, key, kind)
