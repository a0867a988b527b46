"""What the trainer of transformers trains, logged by itself, as `trialog.transformers.autolog`."""

from importlib import import_module
from typing import Any

__all__ = ["autolog"]


def autolog(**options: Any) -> None:
    """Log what the trainer of transformers trains, from now on and by itself.

    Args:
        options: See `trialog.autolog`.
    """
    # Loaded only where somebody asks for it: it looks into the library.
    import_module("trialog.sdk.autolog.transformers").autolog(**options)
