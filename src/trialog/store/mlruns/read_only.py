"""The index of a folder as a database that is read, and never written by who asks."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from trialog.errors import PermissionDenied
from trialog.store.database import Database

Result = TypeVar("Result")


class Source(Protocol):
    """What is read."""

    @property
    def database(self) -> Database:
        """The database that has it."""
        ...

    async def catch_up(self) -> None:
        """Bring that up to date."""
        ...


class ReadOnlyDatabase:
    """A database that every write is refused to. Implements `trialog.store.database.Database`.

    Args:
        source: What is read.
        closing: Awaited to close everything.
        place: What messages call what is read.
    """

    def __init__(self, source: Source, closing: Callable[[], Awaitable[None]], place: str) -> None:
        self._source = source
        self._closing = closing
        self._place = place

    async def write(self, job: Callable[[Connection], Result]) -> Result:
        """Refuse.

        Raises:
            PermissionDenied: Always (`mlruns.read_only`).
        """
        del job
        raise read_only(self._place)

    async def write_runs(self, job: Callable[[Connection], Result]) -> Result:
        """Refuse.

        Raises:
            PermissionDenied: Always (`mlruns.read_only`).
        """
        return await self.write(job)

    async def read(self, job: Callable[[Connection], Result]) -> Result:
        """See `Database.read`."""
        await self._source.catch_up()
        return await self._source.database.read(job)

    def equip(self, name: str, value: Any) -> None:
        """See `Database.equip`; nobody writes here, so nobody needs it."""

    async def close(self) -> None:
        """See `Database.close`."""
        await self._closing()


def read_only(place: str) -> PermissionDenied:
    """Return the error that everything is answered with that would change a folder.

    Args:
        place: What messages call it.
    """
    return PermissionDenied(
        "mlruns.read_only",
        f"Nothing was changed: the folder {place} belongs to MLflow and is only read here. To log, name a store of"
        " Trialog, such as --backend-store-uri sqlite:///trialog.db; to go on writing this folder, use MLflow's client"
        " on it, and what it writes is shown here.",
        place=place,
    )
