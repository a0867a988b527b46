"""Writes the record of what was done, many at a time, beside the requests that it tells of."""

import asyncio
import contextlib
import logging
from typing import Final

from trialog.contracts import AuditLog
from trialog.entities import AuditRecord
from trialog.errors import TrialogError

_BATCH: Final = 500
_ROOM: Final = 10_000
_PAUSE_SECONDS: Final = 0.05
_RETRY_SECONDS: Final = 1.0
_CLOSE_SECONDS: Final = 10.0

_logger = logging.getLogger("trialog.server")


class AuditWriter:
    """Keeps records for a moment and writes them together.

    What cannot be written is tried again. When there is no more room, requests wait: none is answered without a record.

    Args:
        log: Where they are written.
        pause_seconds: How long records are gathered.
        retry_seconds: How long to wait after one could not be written.
        close_seconds: How long closing tries.
    """

    def __init__(
        self,
        log: AuditLog,
        *,
        pause_seconds: float = _PAUSE_SECONDS,
        retry_seconds: float = _RETRY_SECONDS,
        close_seconds: float = _CLOSE_SECONDS,
    ) -> None:
        self._log = log
        self._pause_seconds = pause_seconds
        self._retry_seconds = retry_seconds
        self._close_seconds = close_seconds
        self._waiting: list[AuditRecord] = []
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._closing = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def note(self, record: AuditRecord) -> None:
        """Take a record.

        Args:
            record: What was done; its number is the store's to give.
        """
        while not self._has_room.is_set():
            await self._has_room.wait()
        self._waiting.append(record)
        if len(self._waiting) >= _ROOM:
            self._has_room.clear()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write())

    async def close(self) -> None:
        """Write what is left; what cannot be written goes to the server's log."""
        self._closing.set()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=self._close_seconds)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for record in self._waiting:
            _logger.error("audit record could not be written: %r", record)

    async def _write(self) -> None:
        await self._pause(self._pause_seconds)
        while self._waiting:
            batch = self._waiting[:_BATCH]
            try:
                await self._log.add(batch)
            except TrialogError as error:
                _logger.warning("audit records are waiting: %s", error.message)
                # When closing, a pause that ends at once would be no pause.
                await asyncio.sleep(self._retry_seconds)
                continue
            del self._waiting[: len(batch)]
            self._has_room.set()
            if self._waiting:
                await self._pause(self._pause_seconds if len(self._waiting) < _BATCH else 0.0)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)
