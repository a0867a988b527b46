"""Switching autologging of a library on and off."""

import os
import threading
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from typing import Any, Final

from trialog.sdk.autolog.import_hook import Action, forget, when_imported
from trialog.sdk.autolog.options import Options
from trialog.sdk.autolog.patches import Patches
from trialog.sdk.autolog.watching import attempt

LIBRARIES: Final[Mapping[str, tuple[str, ...]]] = {
    "keras": ("keras",),
    "lightgbm": ("lightgbm",),
    "optuna": ("optuna",),
    "pytorch": ("lightning.pytorch", "pytorch_lightning"),
    "sklearn": ("sklearn.base",),
    "transformers": ("transformers.trainer",),
    "xgboost": ("xgboost",),
}
"""Libraries by the module that is named like them here, with their own modules that are waited for."""


class _Switched:
    """What is switched on."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.libraries: dict[str, tuple[Patches, list[tuple[str, Action]]]] = {}


_switched: Final = _Switched()


def switch(library: str, given: Mapping[str, Any]) -> None:
    """Switch autologging of one library on, in place of what was said of it before; or off.

    Args:
        library: The library.
        given: Options; with `disable` it is switched off.

    Raises:
        InvalidParameter: There is no such option.
    """
    is_on = not given.get("disable")
    options = Options.of({name: value for name, value in given.items() if name != "disable"})
    with _switched.lock:
        patches, awaited = _switched.libraries.pop(library, (Patches(), []))
        for module, action in awaited:
            forget(module, action)
        patches.undo()
        if is_on:
            patches, awaited = Patches(), []
            _switched.libraries[library] = patches, awaited
            for module in LIBRARIES[library]:
                action = partial(_patch, library, module, patches, options)
                awaited.append((module, action))
                when_imported(module, action)


def _patch(library: str, module: str, patches: Patches, options: Options) -> None:
    # Loaded only now, for it speaks of what is in the library.
    attempt(
        options,
        f"What {library} trains will not be logged",
        lambda: import_module(f"trialog.sdk.autolog.{library}").patch(patches, options, module),
    )


def _after_fork() -> None:
    # Whoever held the lock is not in this process.
    _switched.lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
