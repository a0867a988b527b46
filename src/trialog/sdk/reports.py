"""What goes wrong while something is logged: told once, and never an error of the training unless it asked for that."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from trialog.errors import TrialogError
from trialog.sdk.settings import client_settings


class TrackingWarning(UserWarning):
    """Something could not be logged; the training goes on."""


# Codes of what was told, each with who told it.
_told: Final[dict[str, object]] = {}
# Not a filter of warnings: those are of the whole process, and two threads that change them at once leave them wrong.
_is_quiet: Final[ContextVar[bool]] = ContextVar("trialog_reports_are_quiet", default=False)


def report(error: TrialogError) -> None:
    """Tell of what could not be logged: as a warning, once for each kind of fault, or as an error where that is asked.

    Args:
        error: What was wrong.

    Raises:
        TrialogError: The same, where the process is strict.
    """
    if client_settings().strict:
        raise error
    # In one step, without a lock: one would be held for ever in a process that is forked at this moment.
    if _is_quiet.get() or _told.setdefault(error.code, this_time := object()) is not this_time:
        return
    warnings.warn(f"{error.message} [{error.code}]", TrackingWarning, stacklevel=_depth())


@contextmanager
def quiet() -> Iterator[None]:
    """Tell nobody of what goes wrong in a block, in this thread or task, unless the process is strict."""
    token = _is_quiet.set(True)
    try:
        yield
    finally:
        _is_quiet.reset(token)


def forget_reports() -> None:
    """Tell of each kind of fault again."""
    _told.clear()


def _depth() -> int:
    """Return how far above the caller of `report` the user's own code stands."""
    frame, depth = sys._getframe(2), 2
    while frame.f_back is not None and str(frame.f_globals.get("__name__", "")).startswith("trialog"):
        frame, depth = frame.f_back, depth + 1
    return depth
