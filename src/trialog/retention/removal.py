"""Removes for good: rows first become unreachable, then files go, then what is left of the rows, then room is returned.

Whatever ends a process in between, the next removal goes on where it was.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from uuid import uuid4

from trialog.artifacts import ArtifactRoots
from trialog.contracts.bin import BinStore
from trialog.entities.bin import BinFolder, BinItem, BinKind, BinSelection, Removal
from trialog.errors import TrialogError
from trialog.retention.weighing import own_folder

# Experiments first: what they hold goes with them.
_ORDER = (BinKind.EXPERIMENT, BinKind.LOGGED_MODEL, BinKind.RUN)
# Removals whose files are deleted before their rows go on.
_TOGETHER = 20
_MOST_TOLD = 100


@dataclass(frozen=True)
class ArtifactsLeft:
    """Files that were left because this process does not open the place where they are.

    Attributes:
        item: What was removed.
        uri: Where they are.
    """

    item: BinItem
    uri: str


@dataclass(frozen=True)
class FailedRemoval:
    """Something whose files could not be deleted now; it stays unreachable and is tried again another time.

    Attributes:
        item: What it is.
        message: What went wrong.
    """

    item: BinItem
    message: str


@dataclass
class RemovalReport:
    """What was removed for good.

    Attributes:
        begun: How many things became unreachable.
        experiments: How many experiments are gone altogether.
        runs: How many runs.
        logged_models: How many logged models.
        points: How many points of metrics.
        returned_bytes: How much room went back to the disk.
        artifacts_left: Some of the files that were left on purpose.
        artifacts_left_count: Of how many things files were left.
        failed: Some of what could not be finished.
        failed_count: How much that is in all.
        is_begun: Whether all that was selected is out of the bin.
        is_done: Whether nothing is left to do, but for what failed.
        is_elsewhere: Whether another process removes, so that this one left it at that.
        can_return_space: Whether this database gives room back to the disk.
    """

    begun: int = 0
    experiments: int = 0
    runs: int = 0
    logged_models: int = 0
    points: int = 0
    returned_bytes: int = 0
    artifacts_left: list[ArtifactsLeft] = field(default_factory=list)
    artifacts_left_count: int = 0
    failed: list[FailedRemoval] = field(default_factory=list)
    failed_count: int = 0
    is_begun: bool = False
    is_done: bool = False
    is_elsewhere: bool = False
    can_return_space: bool = True


class _Stopped(Exception):
    """There is no time left, or another process removes."""


async def remove_for_good(
    store: BinStore,
    roots: ArtifactRoots,
    selection: BinSelection,
    *,
    seconds: float | None = None,
    pause_seconds: float = 0.0,
    on_progress: Callable[[RemovalReport], None] | None = None,
    is_alone: bool = False,
) -> RemovalReport:
    """Remove things in the bin for good, and go on with what was begun before.

    Args:
        store: Knows the bin.
        roots: The artifacts whose places this process opens.
        selection: What to remove; what is named is removed together or refused as a whole.
        seconds: After how long to leave the rest to another call; None does all.
        pause_seconds: How long to wait between two steps, for the sake of other processes that write.
        on_progress: Called after each step with what was done so far.
        is_alone: Whether what others began is left to others, and nothing told of it; for what is named alone.

    Raises:
        InvalidParameter: Something named is not in the bin, or not as old as asked.
        Conflict: A version of a registered model comes from something named, or it was restored just now.
        ResourceNotFound: Something named is not there.
    """
    work = _Work(store, roots, seconds, pause_seconds, on_progress)
    return await work.run(selection, is_alone=is_alone)


async def continue_removal(
    store: BinStore,
    roots: ArtifactRoots,
    *,
    seconds: float | None = None,
    pause_seconds: float = 0.0,
    on_progress: Callable[[RemovalReport], None] | None = None,
) -> RemovalReport:
    """Go on with what was begun before; as `remove_for_good`, with nothing new."""
    return await _Work(store, roots, seconds, pause_seconds, on_progress).run(None)


class _Work:
    """One call's work.

    Args:
        store: As for `remove_for_good`, and so are the others.
    """

    def __init__(
        self,
        store: BinStore,
        roots: ArtifactRoots,
        seconds: float | None,
        pause_seconds: float,
        on_progress: Callable[[RemovalReport], None] | None,
    ) -> None:
        self._store = store
        self._roots = roots
        self._end = None if seconds is None else monotonic() + seconds
        self._pause_seconds = pause_seconds
        self._on_progress = on_progress
        self._holder = uuid4().hex
        self._report = RemovalReport()
        # What this call is about; None for all that anybody began.
        self._own: frozenset[tuple[BinKind, str]] | None = None

    async def run(self, selection: BinSelection | None, *, is_alone: bool = False) -> RemovalReport:
        """Begin what is selected, then do what was begun."""
        try:
            if selection is not None:
                if is_alone:
                    self._own = await self._items_of(selection)
                await self._begin(selection)
            self._report.is_begun = True
            await self._finish()
            await self._give_back_space()
            self._report.is_done = True
        except _Stopped:
            pass
        finally:
            if not self._report.is_elsewhere:
                await self._store.release(self._holder)
        return self._report

    async def _items_of(self, selection: BinSelection) -> frozenset[tuple[BinKind, str]]:
        """Return what is named, with all that goes with it."""
        items = {(kind, item.item_id) for kind in _ORDER for item in await self._store.find(selection, kind)}
        for kind in (BinKind.RUN, BinKind.LOGGED_MODEL):
            last = 0
            while folders := await self._store.folders(selection, kind, last):
                last = folders[-1].number
                items.update((kind, folder.item_id) for folder in folders)
        return frozenset(items)

    async def _begin(self, selection: BinSelection) -> None:
        found = {kind: await self._store.find(selection, kind) for kind in _ORDER}
        if selection.is_named:
            items = [item for kind in _ORDER for item in found[kind]]
            if items:
                await self._begin_all(items, selection)
            return
        for kind in _ORDER:
            items = found[kind]
            while items:
                await self._begin_all(items, selection)
                items = await self._store.find(selection, kind, items[-1].number)

    async def _begin_all(self, items: list[BinItem], selection: BinSelection) -> None:
        left = tuple(items)
        while left:
            step = await self._store.begin(self._holder, left, selection)
            left = step.left
            self._report.begun += step.begun
            await self._stepped(is_elsewhere=step.is_elsewhere)

    async def _finish(self) -> None:
        last = 0
        while found := await self._store.pending(last):
            last = found[-1].number
            pending = [one for one in found if self._own is None or (one.item.kind, one.item.item_id) in self._own]
            for start in range(0, len(pending), _TOGETHER):
                together = pending[start : start + _TOGETHER]
                await self._remove([removal for removal in together if await self._delete_files(removal)])

    async def _remove(self, left: list[Removal]) -> None:
        report = self._report
        while left:
            step = await self._store.remove(self._holder, left)
            report.points += step.points
            for removal in step.finished:
                match removal.item.kind:
                    case BinKind.RUN:
                        report.runs += 1
                    case BinKind.EXPERIMENT:
                        report.experiments += 1
                    case BinKind.LOGGED_MODEL:
                        report.logged_models += 1
            finished = {removal.number for removal in step.finished}
            left = [removal for removal in left if removal.number not in finished]
            await self._stepped(is_elsewhere=step.is_elsewhere)

    async def _give_back_space(self) -> None:
        while True:
            step = await self._store.give_back_space(self._holder)
            self._report.returned_bytes += step.returned_bytes
            self._report.can_return_space &= step.is_possible
            if step.is_done:
                return
            await self._stepped(is_elsewhere=False)

    async def _stepped(self, *, is_elsewhere: bool) -> None:
        """Let others have their turn; end if there is nothing to do for this call any more."""
        if is_elsewhere:
            self._report.is_elsewhere = True
            raise _Stopped
        if self._on_progress is not None:
            self._on_progress(self._report)
        if self._end is not None and monotonic() >= self._end:
            raise _Stopped
        await asyncio.sleep(self._pause_seconds)

    async def _delete_files(self, removal: Removal) -> bool:
        """Delete the files of something; return whether its rows may go."""
        if removal.artifact_uri is None:
            return True
        report = self._report
        folder = BinFolder(removal.item.number, removal.item.item_id, removal.artifact_uri)
        location = own_folder(self._roots, folder)
        if location is None:
            report.artifacts_left_count += 1
            if len(report.artifacts_left) < _MOST_TOLD:
                report.artifacts_left.append(ArtifactsLeft(removal.item, removal.artifact_uri))
            return True
        try:
            await location.store.delete(location.prefix)
        except TrialogError as error:
            report.failed_count += 1
            if len(report.failed) < _MOST_TOLD:
                report.failed.append(FailedRemoval(removal.item, error.message))
            return False
        return True
