"""Which faults on the way are worth another attempt, and when."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

from trialog.errors import ConnectionFailed, TemporarilyUnavailable, TooManyRequests, TrialogError

Result = TypeVar("Result")

MOST_FAILURES: Final = 4
_FIRST_PAUSE_SECONDS: Final = 0.1
# Faults that another attempt meets again.
_FINAL: Final = frozenset(
    {
        "artifact.changed_meanwhile",
        "artifact.serving_disabled",
        "connection.closed",
        "connection.moved",
        "connection.not_trialog",
        "connection.untrusted",
    }
)


def is_worth_another_attempt(error: TrialogError) -> bool:
    """Tell whether it may go well the next time."""
    kinds = (ConnectionFailed, TemporarilyUnavailable, TooManyRequests)
    return isinstance(error, kinds) and error.code not in _FINAL


def pause_after(failures: int) -> None:
    """Wait before another attempt, longer each time."""
    time.sleep(_FIRST_PAUSE_SECONDS * 2.0 ** (failures - 1))


def attempted(act: Callable[[], Result]) -> Result:
    """Do something that may be done again, again and again until it goes well or the attempts are used up."""
    for failures in range(1, MOST_FAILURES):
        try:
            return act()
        except TrialogError as error:
            if not is_worth_another_attempt(error):
                raise
        pause_after(failures)
    return act()
