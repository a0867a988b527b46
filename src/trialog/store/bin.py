"""The bin in SQL: what is in it, and its removal for good in short transactions."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection, delete, select

from trialog.entities import ResourceType
from trialog.entities.bin import (
    BegunRemovals,
    BinContent,
    BinFolder,
    BinItem,
    BinKind,
    BinSelection,
    Removal,
    RemovedSlice,
    ReturnedSpace,
)
from trialog.entities.clock import now_milliseconds
from trialog.errors import Conflict
from trialog.store.accounts import forget_resource
from trialog.store.bin_content import (
    find_candidates,
    find_folders,
    find_named,
    free_bytes,
    look,
    removal_is_of,
    take_out,
)
from trialog.store.database import Database
from trialog.store.removal_tables import removals
from trialog.store.removals import Clock, begin_removal, go_on
from trialog.store.sqlite import driver_of
from trialog.store.tables import DEFAULT_WORKSPACE, leases
from trialog.store.upserts import upsert

LEASE = "removing"
"""Name of the lease under which things are removed for good: two processes that do so would wait for each other."""

_LEASE_MILLISECONDS = 5_000
# A step begins nothing new after this time; what it began takes a millisecond or two more.
_SLICE_SECONDS = 0.008
_PENDING_AT_ONCE = 200
# So many pages are moved between two looks at the clock.
_PAGES = 32
_REMOVAL = ("id", "kind", "number", "item_id", "artifact_uri")
_INCREMENTAL = 2  # as `PRAGMA auto_vacuum` answers


class SqlBin:
    """The bin of a SQL store. Implements `trialog.contracts.bin.BinStore`.

    Args:
        database: Where it is.
        workspace: Of which workspace it is; None for the bins of all.
    """

    def __init__(self, database: Database, workspace: str | None = DEFAULT_WORKSPACE) -> None:
        self._database = database
        self._workspace = workspace

    async def look(self, selection: BinSelection) -> BinContent:
        """See `BinStore.look`."""
        return await self._database.read(lambda connection: look(connection, self._workspace, selection))

    async def find(self, selection: BinSelection, kind: BinKind, after: int = 0) -> list[BinItem]:
        """See `BinStore.find`."""

        def job(connection: Connection) -> list[BinItem]:
            if selection.is_named:
                return find_named(connection, self._workspace, selection, kind)
            return find_candidates(connection, self._workspace, kind, selection.deleted_before, after)

        return await self._database.read(job)

    async def folders(self, selection: BinSelection, kind: BinKind, after: int = 0) -> list[BinFolder]:
        """See `BinStore.folders`."""
        return await self._database.read(
            lambda connection: find_folders(connection, self._workspace, selection, kind, after)
        )

    async def begin(self, holder: str, items: Sequence[BinItem], selection: BinSelection) -> BegunRemovals:
        """See `BinStore.begin`."""
        return await self._database.write(partial(_begin, holder, items, selection))

    async def pending(self, after: int = 0) -> list[Removal]:
        """See `BinStore.pending`."""
        statement = (
            select(*(removals.c[name] for name in _REMOVAL))
            .where(removals.c.id > after, removal_is_of(self._workspace))
            .order_by(removals.c.id)
            .limit(_PENDING_AT_ONCE)
        )

        def job(connection: Connection) -> list[Removal]:
            return [
                Removal(number, BinItem(BinKind(kind), item, item_id), uri)
                for number, kind, item, item_id, uri in connection.execute(statement)
            ]

        return await self._database.read(job)

    async def remove(self, holder: str, removals: Sequence[Removal]) -> RemovedSlice:
        """See `BinStore.remove`."""
        return await self._database.write(partial(_remove, holder, removals))

    async def give_back_space(self, holder: str) -> ReturnedSpace:
        """See `BinStore.give_back_space`."""
        if not await self._database.read(free_bytes):
            # Not to write where there is nothing to do.
            return ReturnedSpace()
        return await self._database.write(partial(_give_back, holder))

    async def release(self, holder: str) -> None:
        """See `BinStore.release`."""
        mine = (leases.c.name == LEASE) & (leases.c.holder == holder)
        await self._database.write(lambda connection: connection.execute(delete(leases).where(mine)).rowcount)


def _take_lease(connection: Connection, holder: str) -> bool:
    now = now_milliseconds()
    lease = connection.execute(select(leases).where(leases.c.name == LEASE)).one_or_none()
    # One that ends later than any lease does was taken before the clock was set back.
    if lease is not None and lease.holder != holder and now < lease.expires_at <= now + _LEASE_MILLISECONDS:
        return False
    if lease is None or lease.holder != holder or lease.expires_at < now + _LEASE_MILLISECONDS // 2:
        upsert(connection, leases, [(LEASE, holder, now + _LEASE_MILLISECONDS)])
    return True


def _begin(holder: str, items: Sequence[BinItem], selection: BinSelection, connection: Connection) -> BegunRemovals:
    if not _take_lease(connection, holder):
        return BegunRemovals(0, tuple(items), is_elsewhere=True)
    clock, begun = Clock(_SLICE_SECONDS), 0
    for index, item in enumerate(items):
        if clock.is_over and not selection.is_named:
            return BegunRemovals(begun, tuple(items[index:]))
        taken = take_out(connection, item, selection.deleted_before)
        if taken is not None:
            begin_removal(connection, item.kind, item.number, taken.item_id, taken.artifact_uri, taken.workspace)
            if item.kind is BinKind.EXPERIMENT:  # runs and logged models have no permissions of their own
                forget_resource(connection, ResourceType.EXPERIMENT, taken.item_id)
            begun += 1
        elif selection.is_named:
            raise _not_any_more(item)
    return BegunRemovals(begun)


def _remove(holder: str, given: Sequence[Removal], connection: Connection) -> RemovedSlice:
    if not _take_lease(connection, holder):
        return RemovedSlice(is_elsewhere=True)
    clock, points, finished = Clock(_SLICE_SECONDS), 0, list[Removal]()
    for removal in given:
        count, is_finished = go_on(connection, removal, clock)
        points += count
        if is_finished:
            finished.append(removal)
        if clock.is_over:
            break
    return RemovedSlice(tuple(finished), points)


def _give_back(holder: str, connection: Connection) -> ReturnedSpace:
    if connection.exec_driver_sql("PRAGMA auto_vacuum").scalar() != _INCREMENTAL:
        return ReturnedSpace(is_possible=False)
    if not _take_lease(connection, holder):
        return ReturnedSpace(is_done=True)
    clock, before = Clock(_SLICE_SECONDS), free_bytes(connection)
    after = before
    while after and not clock.is_over:
        for _ in range(_PAGES):
            # One at a time, for that is what the driver does whatever it is told: the statement's rows have no columns.
            driver_of(connection).execute("PRAGMA incremental_vacuum(1)")
        after = free_bytes(connection)
    return ReturnedSpace(before - after, is_done=not after)


def _not_any_more(item: BinItem) -> Conflict:
    what = item.kind.value.replace("_", " ")
    return Conflict(
        "bin.restored",
        f"The {what} {item.item_id} was restored or registered just now; nothing was removed.",
        kind=item.kind.value,
        id=item.item_id,
    )
