"""Code that a model brings along: copied into its folder when it is saved, and put on the path of Python for it."""

import ast
import importlib
import shutil
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)
from os import PathLike
from pathlib import Path
from typing import Any, Final

from trialog.errors import InvalidParameter
from trialog.models.consent import check_code
from trialog.models.data_types import in_one_line, shown
from trialog.models.folder import inside
from trialog.models.requirements import is_own
from trialog.models.warned import warn

_CODE: Final = "code"
_MEGABYTE: Final = 1_000_000
_MUCH_BYTES: Final = 100 * _MEGABYTE
# What lies beside code and is none: caches, the history of a repository, packages of an environment.
_NO_CODE: Final = ("__pycache__", ".git", ".ipynb_checkpoints", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".venv")
_BROUGHT: Final[list[Path]] = []
_BRINGING: Final = threading.Lock()


def copy_code(folder: Path, paths: Sequence[str | PathLike[str]] | None) -> str | None:
    """Copy files and folders of Python into a model folder.

    Args:
        folder: The model folder.
        paths: The files and folders. Caches, `.git` and `.venv` in them are left out.

    Returns:
        Where they are within the folder; None if there are none.

    Raises:
        InvalidParameter: One is not there, cannot be copied, holds the model folder itself, or has the name of another
            (`model.code_path_invalid`).
    """
    if not paths:
        return None
    if isinstance(paths, str | PathLike):
        raise _invalid(f"code_paths is a list of paths, not {paths!r}.")
    (folder / _CODE).mkdir()
    for one in map(Path, paths):
        _copy(one, folder)
    size = sum(file.stat().st_size for file in (folder / _CODE).rglob("*") if file.is_file())
    if size > _MUCH_BYTES:
        warn(f"The code_paths hold {size // _MEGABYTE} MB, which become a part of the model: name what it needs alone.")
    return _CODE


def _copy(source: Path, folder: Path) -> None:
    destination = folder / _CODE / source.resolve().name
    if destination.exists():
        raise _invalid(f"code_paths names {source.resolve().name!r} twice, or the root of a disk.")
    try:
        if source.is_dir():
            if folder.resolve().is_relative_to(source.resolve()):
                raise _invalid(
                    f"{str(source)!r} in code_paths holds the model folder itself: save the model elsewhere."
                )
            shutil.copytree(source, destination, ignore=shutil.ignore_patterns(*_NO_CODE))
        elif source.is_file():
            shutil.copyfile(source, destination)
        else:
            raise _invalid(f"There is no file or folder {str(source)!r} in code_paths.")
    except OSError as error:
        # Copying a folder goes on to its end and then tells all that went wrong; the first is enough.
        why = str(error)
        if isinstance(error, shutil.Error):
            file, _, reason = error.args[0][0]
            why = f"{Path(file).name}: {reason}"
        raise _invalid(f"{str(source)!r} in code_paths cannot be copied: {in_one_line(why)}.") from error


def own_code(modules: Iterable[str]) -> list[Path]:
    """Return the files and folders of modules that no package brings, and of those that they import.

    Args:
        modules: Names of loaded modules.
    """
    found: dict[str, Path] = {}
    left = {name.partition(".")[0] for name in modules}
    while left:
        root = left.pop()
        file = getattr(sys.modules.get(root), "__file__", None)
        if root in found or file is None or not is_own(root):
            continue
        path = Path(file)
        found[root] = path.parent if path.stem == "__init__" else path
        left |= imported_by([found[root]])
    return [found[root] for root in sorted(found)]


def imported_by(paths: Iterable[Path]) -> set[str]:
    """Return the topmost modules that files of Python import, without running them.

    Args:
        paths: The files, and folders of such.
    """
    roots: set[str] = set()
    for file in (file for path in paths for file in ([path] if path.is_file() else sorted(path.rglob("*.py")))):
        try:
            tree = ast.parse(file.read_bytes())
        except (SyntaxError, ValueError, RecursionError):
            # What cannot be read imports nothing; whoever runs it will be told.
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                roots |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module is not None and not node.level:
                roots.add(node.module.partition(".")[0])
    return roots


def bring_code(folder: Path, options: Mapping[str, Any], allow_pickle: bool | None) -> None:
    """Put the code that a model brings along on the path of Python.

    Modules of the same name that another model brought are imported anew for this one; the other one keeps its own.

    Args:
        folder: The model folder.
        options: Those of the flavor by which it is loaded.
        allow_pickle: Whether it may run; None to ask TRIALOG_ALLOW_PICKLE.

    Raises:
        PermissionDenied: It may not (`model.code_not_allowed`).
        InvalidParameter: The code is no folder within the model (`model.path_outside`, `model.code_path_invalid`).
    """
    if not options.get("code"):
        return
    path = inside(folder, options["code"]).resolve()
    check_code("brings code of its own along", allow_pickle)
    if not path.is_dir():
        raise _invalid(f"The model names {shown(options['code'])} as the folder of its code, which is no folder.")
    with _BRINGING:
        _forget_others(path)
        if path not in _BROUGHT:
            _BROUGHT.append(path)
        if _finder not in sys.path_hooks:
            sys.path_hooks.insert(0, _finder)
        _take_from_path({str(path)})
        sys.path.insert(0, str(path))
        importlib.invalidate_caches()


def withdraw_code(folder: Path) -> None:
    """Take the code of a model from the path of Python, before its folder is removed.

    Else whoever made a folder of the same name later could have his code imported.

    Args:
        folder: The model folder, or one that holds it.
    """
    root = folder.resolve()
    with _BRINGING:
        _take_from_path({str(one) for one in _BROUGHT if one.is_relative_to(root)})


def _take_from_path(places: set[str]) -> None:
    sys.path[:] = [one for one in sys.path if one not in places]
    for place in places:
        # What looked there before may have been Python's own finder, which reads caches.
        sys.path_importer_cache.pop(place, None)


def _forget_others(path: Path) -> None:
    """Forget modules of models before this one that have the name of one of its own."""
    roots = {one.name.partition(".")[0] for one in path.iterdir()}
    others = [one for one in _BROUGHT if one != path]
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name.partition(".")[0] in roots and file and any(Path(file).is_relative_to(one) for one in others):
            del sys.modules[name]


class SourceLoader(SourceFileLoader):
    """Loads code of a model from its source alone.

    What Python kept of it in a cache would not be noticed if somebody had changed it, and a cache written into the
    folder would be a file that the model does not have.
    """

    def path_stats(self, path: str) -> Mapping[str, Any]:
        """Tell that nothing is known of the file, so that Python neither reads nor writes a cache of it.

        Raises:
            OSError: Always.
        """
        raise OSError(f"{path} is not cached.")


def _finder(path: str) -> FileFinder:
    """Return what finds modules in a folder, if it is one that a model brought along."""
    if not any(Path(path).is_relative_to(one) for one in _BROUGHT):
        raise ImportError("This is no code of a model.")
    return FileFinder(
        path,
        (ExtensionFileLoader, EXTENSION_SUFFIXES),
        (SourceLoader, SOURCE_SUFFIXES),
        (SourcelessFileLoader, BYTECODE_SUFFIXES),
    )


def _invalid(message: str) -> InvalidParameter:
    return InvalidParameter("model.code_path_invalid", message)
