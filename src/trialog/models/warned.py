"""What is said of a model that is saved or loaded all the same."""

import sys
import warnings


class ModelWarning(UserWarning):
    """A model is not saved or loaded quite as one might expect."""


def warn(message: str) -> None:
    """Warn of a model, where the user's own code saves or loads it.

    Args:
        message: What is to be said.
    """
    frame, depth = sys._getframe(1), 3
    while frame.f_back is not None and str(frame.f_back.f_globals.get("__name__", "")).startswith("trialog."):
        frame, depth = frame.f_back, depth + 1
    warnings.warn(message, ModelWarning, stacklevel=depth)
