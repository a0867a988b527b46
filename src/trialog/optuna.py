"""What Optuna tries, logged by itself, as `trialog.optuna.autolog`."""

from importlib import import_module
from typing import Any

__all__ = ["autolog"]


def autolog(**options: Any) -> None:
    """Log what Optuna tries, from now on and by itself.

    Args:
        options: See `trialog.autolog`.
    """
    # Loaded only where somebody asks for it: it looks into the library.
    import_module("trialog.sdk.autolog.optuna").autolog(**options)
