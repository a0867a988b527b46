"""What the parts of the store ask of a database, whichever it is."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

Result = TypeVar("Result")

EQUIPMENT = "trialog.equipment"
"""Under this name the `info` of a writing connection has what jobs were given with `Database.equip`."""


def equipment(connection: Connection) -> Mapping[str, Any]:
    """Return what was given to the jobs of a database, by name.

    Args:
        connection: One that writes.
    """
    found: Mapping[str, Any] = connection.info[EQUIPMENT]
    return found


class Database(Protocol):
    """Runs jobs in transactions, each of which happens as a whole or not at all.

    A job may be run more than once, when another process came in its way or the connection broke: it must change
    nothing but the database.
    """

    async def write(self, job: Callable[[Connection], Result]) -> Result:
        """Run a job that has the store to itself, and return its result once that is on disk.

        Args:
            job: Called in another thread; what it raises undoes what it wrote. Nobody else writes meanwhile.

        Raises:
            TemporarilyUnavailable: The database could not be written. Nothing was, unless the error says otherwise.
        """

    async def write_runs(self, job: Callable[[Connection], Result]) -> Result:
        """Run a job that changes nothing but runs, beside others that do.

        Args:
            job: As for `write`. It makes a run, or locks first each one that it changes (`run_rows.lock_run`).

        Raises:
            TemporarilyUnavailable: As for `write`.
        """

    async def read(self, job: Callable[[Connection], Result]) -> Result:
        """Run a job in a reading transaction and return its result.

        Args:
            job: Called in another thread; all it reads is of one moment, not before the last write that was answered.

        Raises:
            TemporarilyUnavailable: The database could not be read.
            InvalidParameter: It took too long.
        """

    def equip(self, name: str, value: Any) -> None:
        """Give writing jobs something that they find in the `equipment` of their connection from now on.

        Args:
            name: Under which name.
            value: What they find.
        """

    async def close(self) -> None:
        """Write what is queued, then let go of everything."""
