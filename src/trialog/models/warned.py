"""What is said of a model that is saved or loaded all the same."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

# Not a filter of warnings: those are of the whole process, and two threads that change them at once leave them wrong.
_is_unwarned: Final[ContextVar[bool]] = ContextVar("trialog_models_are_unwarned", default=False)


class ModelWarning(UserWarning):
    """A model is not saved or loaded quite as one might expect."""


def warn(message: str) -> None:
    """Warn of a model, where the user's own code saves or loads it.

    Args:
        message: What is to be said.
    """
    if _is_unwarned.get():
        return
    frame, depth = sys._getframe(1), 3
    while frame.f_back is not None and str(frame.f_back.f_globals.get("__name__", "")).startswith("trialog."):
        frame, depth = frame.f_back, depth + 1
    warnings.warn(message, ModelWarning, stacklevel=depth)


@contextmanager
def unwarned() -> Iterator[None]:
    """Warn of no model in a block, in this thread or task."""
    token = _is_unwarned.set(True)
    try:
        yield
    finally:
        _is_unwarned.reset(token)
