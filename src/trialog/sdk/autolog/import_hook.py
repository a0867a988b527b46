"""Waiting for a library to be imported: nothing is imported that the training does not import itself."""

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Final

Action = Callable[[], None]
_waiting: Final[dict[str, list[Action]]] = {}


def when_imported(module: str, action: Action) -> None:
    """Do something as soon as a module is imported; at once, if it is.

    Args:
        module: Full name of the module.
        action: What is done. It raises nothing.
    """
    found = sys.modules.get(module)
    # A module that imports itself just now, in this thread or another one, is not ready.
    if found is not None and not getattr(found.__spec__, "_initializing", False):
        action()
        return
    _waiting.setdefault(module, []).append(action)
    if not any(finder is _finder for finder in sys.meta_path):
        sys.meta_path.insert(0, _finder)


def forget(module: str, action: Action) -> None:
    """Wait no longer.

    Args:
        module: Full name of the module.
        action: What was to be done.
    """
    actions = _waiting.get(module, [])
    if action in actions:
        actions.remove(action)
    if not actions:
        _waiting.pop(module, None)
    if not _waiting and _finder in sys.meta_path:
        sys.meta_path.remove(_finder)


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in _waiting:
            return None
        for finder in sys.meta_path:
            find = None if finder is self else getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = None if find is None else find(fullname, path, target)
            if spec is not None:
                if spec.loader is not None and hasattr(spec.loader, "exec_module"):
                    spec.loader = _Loader(spec.loader)
                return spec
        return None


class _Loader(Loader):
    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        # The module sees its own loader, as if nobody had waited.
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        for action in _waiting.pop(module.__name__, []):
            action()


_finder: Final = _Finder()
