"""skops for reading alone: without what it does to know the names of all estimators, which takes as long as sklearn."""

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from trialog.errors import require

_LOADING: Final = threading.Lock()
_MAIN: Final = frozenset({"__main__", "__mp_main__"})


@contextmanager
def reading_skops() -> Iterator[Any]:
    """Give the module `skops.io`, which trusts fewer types by itself; for who asks which types there are in a file.

    A model server is waited for. Whoever imports skops for herself gets all of it.

    Raises:
        MissingDependency: It is not installed.
    """
    if "skops.io" in sys.modules:
        yield require("skops.io", extra="models")
        return
    with _LOADING:
        utils: Any = require("sklearn.utils", extra="models")
        all_estimators = utils.all_estimators
        # It imports every module of scikit-learn.
        utils.all_estimators = _no_estimators
        try:
            _find_modules_quickly(require("skops", extra="models"))
            skops = require("skops.io", extra="models")
        finally:
            utils.all_estimators = all_estimators
            for name in [name for name in sys.modules if name.partition(".")[0] == "skops"]:
                del sys.modules[name]
    yield skops


def _find_modules_quickly(package: ModuleType) -> None:
    """Have skops look each function up in an index, and not in every module that is loaded one after the other."""
    # Its parts can be imported alone only where the package around them seems to be there.
    around = ModuleType("skops.io")
    around.__path__ = [str(Path(str(package.__file__)).parent / "io")]
    sys.modules["skops.io"] = around
    try:
        # In a release that has it elsewhere, it takes its time.
        with contextlib.suppress(ImportError):
            vars(import_module("skops.io._utils"))["whichmodule"] = _module_finder()
    finally:
        del sys.modules["skops.io"]


def _module_finder() -> Callable[[Any, str], str]:
    """Return what `pickle.whichmodule` is, for many questions."""
    homes: dict[tuple[str, int], str] = {}

    def find(thing: Any, name: str) -> str:
        module = getattr(thing, "__module__", None)
        if module is not None:
            return str(module)
        if not homes:
            for home, loaded in sys.modules.copy().items():
                if home not in _MAIN:
                    for attribute, value in list(getattr(loaded, "__dict__", {}).items()):
                        homes.setdefault((attribute, id(value)), home)
        return homes.get((name, id(thing)), "__main__")

    return find


def _no_estimators() -> list[tuple[str, type]]:
    return []
