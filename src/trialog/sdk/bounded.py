"""Waiting no longer than somebody is willing to."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from trialog.errors import ConnectionFailed, TrialogError

Result = TypeVar("Result")


class _Asking(threading.Thread, Generic[Result]):
    def __init__(self, ask: Callable[[], Result]) -> None:
        super().__init__(name="trialog-asking", daemon=True)
        self._ask = ask
        self.results: list[Result] = []
        self.fault: TrialogError | OSError | None = None

    def run(self) -> None:
        try:
            self.results.append(self._ask())
        except (TrialogError, OSError) as error:
            self.fault = error


def ask_within(seconds: float, ask: Callable[[], Result]) -> Result:
    """Return what is asked for, if it comes in time.

    Args:
        seconds: How long to wait. What was asked may still happen later.
        ask: Asks for it, in a thread of its own.

    Raises:
        TrialogError: What the asking raised.
        ConnectionFailed: It took too long (`connection.slow`).
    """
    asking = _Asking(ask)
    try:
        asking.start()
    except RuntimeError as error:
        raise ConnectionFailed("connection.lost", f"The server cannot be asked: {error}.") from error
    asking.join(seconds)
    if asking.fault is not None:
        raise asking.fault
    if not asking.results:
        raise ConnectionFailed("connection.slow", f"The server did not answer within {seconds:g} seconds.")
    return asking.results[0]
