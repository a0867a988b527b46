"""Writes the record of what was done: what changed something before it is answered, refusals beside the requests."""

import asyncio
import contextlib
import logging
from typing import Final, NamedTuple

from msgspec.structs import replace

from trialog.contracts import AuditLog
from trialog.entities import AuditRecord
from trialog.errors import TemporarilyUnavailable
from trialog.server.audit_records import NOBODY, new_record
from trialog.server.refusal_counts import RefusalCounts

_BATCH: Final = 500
_ROOM: Final = 10_000
_RETRY_SECONDS: Final = 1.0
_CLOSE_SECONDS: Final = 10.0

_logger = logging.getLogger("trialog.server")


class _Waiting(NamedTuple):
    """A record that is not written yet, and who waits for it."""

    record: AuditRecord
    written: asyncio.Future[None] | None = None


class AuditWriter:
    """Writes records, those together that come while others are being written. What fails is tried again.

    Args:
        log: Where they are written.
        refusals: Counts refusals that repeat.
        room: How many records may wait; refusals beyond that are counted alone.
        retry_seconds: How long to wait after some could not be written.
        close_seconds: How long closing tries.
    """

    def __init__(
        self,
        log: AuditLog,
        *,
        refusals: RefusalCounts | None = None,
        room: int = _ROOM,
        retry_seconds: float = _RETRY_SECONDS,
        close_seconds: float = _CLOSE_SECONDS,
    ) -> None:
        self._log = log
        self._refusals = RefusalCounts() if refusals is None else refusals
        self._room = room
        self._retry_seconds = retry_seconds
        self._close_seconds = close_seconds
        self._waiting: list[_Waiting] = []
        self._dropped = 0
        self._is_closing = False
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def note(self, record: AuditRecord) -> None:
        """Write the record of something that was done; when this returns, it is kept.

        Args:
            record: What was done; its number is the store's to give.

        Raises:
            TemporarilyUnavailable: The server closes, and could not write it.
        """
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(record, written))
        self._wake()
        await written

    def note_soon(self, record: AuditRecord) -> None:
        """Take a record that nobody is to wait for; without room it is dropped, and counted.

        Args:
            record: What was done.
        """
        if len(self._waiting) < self._room:
            self._waiting.append(_Waiting(record))
        else:
            self._dropped += record.times
        self._wake()

    def note_refusal(self, record: AuditRecord) -> None:
        """Take the record of a refusal, which nobody waits for: one that repeats is counted.

        Args:
            record: What was refused.
        """
        first = self._refusals.note(record)
        if first is not None:
            self.note_soon(first)
        else:
            self._wake()

    async def close(self) -> None:
        """Write what is left; what cannot be written goes to the server's log."""
        self._is_closing = True
        self._wake()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=self._close_seconds)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        left, self._waiting = self._waiting, []
        for record, written in left:
            _logger.error("audit record could not be written: %r", record)
            if written is not None and not written.done():
                written.set_exception(_not_written())

    def _wake(self) -> None:
        self._news.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())

    async def _work(self) -> None:
        while True:
            self._news.clear()
            seconds = self._refusals.seconds_left
            if seconds == 0.0 or self._is_closing:
                for record in self._refusals.take():
                    self.note_soon(record)
                seconds = None
            if self._dropped and len(self._waiting) < self._room:
                self._note_dropped()
            if self._waiting:
                await self._write_some()
            elif seconds is None:
                # Whatever comes next starts another task.
                return
            else:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), seconds)

    def _note_dropped(self) -> None:
        error = TemporarilyUnavailable("audit.no_room", "Records were dropped, because too many could not be written.")
        record = new_record(NOBODY, "drop_audit_records", error=error)
        _logger.warning("audit records were dropped: %d", self._dropped)
        self._waiting.append(_Waiting(replace(record, times=self._dropped)))
        self._dropped = 0

    async def _write_some(self) -> None:
        batch = self._waiting[:_BATCH]
        try:
            await self._log.add([one.record for one in batch])
        except Exception as error:  # whatever it is: a task that ended would leave everybody without an answer
            _logger.warning("audit records are waiting: %r", error)
            await asyncio.sleep(self._retry_seconds)
            return
        del self._waiting[: len(batch)]
        for one in batch:
            # Who waited may have gone.
            if one.written is not None and not one.written.done():
                one.written.set_result(None)


def _not_written() -> TemporarilyUnavailable:
    return TemporarilyUnavailable(
        "audit.not_written",
        "This was done, but no record of it could be written, and the server is closing. Look at what there is before"
        " you send the request again.",
    )
