"""Where a run stands, by MLflow's numbers."""

from enum import IntEnum
from typing import Self

from trialog.entities import RunStatus as StoredRunStatus
from trialog.errors import InvalidParameter


class RunStatus(IntEnum):
    """Where a run stands; `RunInfo.status` says it in words."""

    RUNNING = 1
    SCHEDULED = 2
    FINISHED = 3
    FAILED = 4
    KILLED = 5

    @classmethod
    def from_string(cls, status_str: str) -> Self:
        """Return the status that a text such as `FINISHED` names.

        Args:
            status_str: The text.

        Raises:
            InvalidParameter: It names none (`run_status.unknown`).
        """
        try:
            return cls[status_str]
        except KeyError as error:
            raise _unknown(status_str) from error

    @classmethod
    def to_string(cls, status: int) -> str:
        """Return the text that names a status.

        Args:
            status: The status, or its number.

        Raises:
            InvalidParameter: No status has the number (`run_status.unknown`).
        """
        try:
            return cls(status).name
        except ValueError as error:
            raise _unknown(status) from error

    @classmethod
    def is_terminated(cls, status: int) -> bool:
        """Tell whether a run of this status has ended.

        Args:
            status: The status, or its number.
        """
        return status in (cls.FINISHED, cls.FAILED, cls.KILLED)

    @classmethod
    def all_status(cls) -> list[int]:
        """Return the numbers of all of them."""
        return [int(status) for status in cls]


def stored_status(status: int | str) -> StoredRunStatus:
    """Return a status as requests name it.

    Args:
        status: A status, its number or its name.

    Raises:
        InvalidParameter: It is none (`run_status.unknown`).
    """
    text = status if isinstance(status, str) else RunStatus.to_string(status)
    return StoredRunStatus(RunStatus.from_string(text).name)


def _unknown(said: object) -> InvalidParameter:
    return InvalidParameter(
        "run_status.unknown",
        f"{str(said)[:100]!r} is no status of a run. Say one of {', '.join(RunStatus.__members__)}.",
    )
