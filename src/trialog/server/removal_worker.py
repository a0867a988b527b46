"""Removes for good what lies in the bin for too long, and finishes what was begun, as long as the server runs.

A removal that a client began and did not see to its end, or that a crash interrupted, is finished here.
"""

import asyncio
import logging
from typing import Final

from trialog.artifacts import ArtifactRoots
from trialog.contracts import BinStore
from trialog.entities.bin import BinKind, BinSelection
from trialog.errors import TrialogError
from trialog.retention import continue_removal, deleted_before, remove_for_good

LOOK_SECONDS: Final = 600.0
_SECONDS_A_DAY: Final = 86_400
# Short rests between steps: nobody waits for this, and others do wait for the disk.
_PAUSE_SECONDS: Final = 0.01

_log = logging.getLogger("trialog.server")


class RemovalWorker:
    """Looks into the bin when the server starts, and every few minutes.

    Args:
        store: Knows the bin.
        roots: The artifacts that this server keeps.
        retention_days: How long the bin keeps what was deleted; None for ever.
        look_seconds: How long to wait between two looks.
    """

    def __init__(
        self, store: BinStore, roots: ArtifactRoots, retention_days: int | None, look_seconds: float = LOOK_SECONDS
    ) -> None:
        self._store = store
        self._roots = roots
        self._retention_days = retention_days
        self._look_seconds = look_seconds
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._run(), name="trialog-removals")

    async def stop(self) -> None:
        """End; what is under way is finished another time."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while True:
            try:
                await self._look()
            except Exception as error:  # such as a full disk, or whatever it is: a task that ended never looks again
                _log.warning(
                    "the bin was not looked through and will be later: %s",
                    error,
                    exc_info=not isinstance(error, TrialogError),
                )
            await asyncio.sleep(self._look_seconds)

    async def _look(self) -> None:
        selection = None
        if self._retention_days is not None:
            selection = BinSelection(deleted_before=deleted_before(self._retention_days * _SECONDS_A_DAY))
        # Only reads as long as there is nothing to do.
        if selection is not None and [kind for kind in BinKind if await self._store.find(selection, kind)]:
            report = await remove_for_good(self._store, self._roots, selection, pause_seconds=_PAUSE_SECONDS)
        elif await self._store.pending():
            report = await continue_removal(self._store, self._roots, pause_seconds=_PAUSE_SECONDS)
        else:
            return
        if report.runs or report.experiments or report.logged_models:
            _log.info(
                "removed for good experiments=%d runs=%d logged_models=%d points=%d bytes=%d",
                report.experiments,
                report.runs,
                report.logged_models,
                report.points,
                report.returned_bytes,
            )
        for left in report.artifacts_left:
            _log.warning("files of %s were left at %s: they are not kept here", left.item.item_id, left.uri)
        for failed in report.failed:
            _log.warning("removal of %s is not finished: %s", failed.item.item_id, failed.message)
