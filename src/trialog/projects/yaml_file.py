"""Reads the files of a project that are YAML; who wrote them is not trusted."""

from pathlib import Path
from typing import Any, Final

from trialog.errors import InvalidParameter
from trialog.wire.plain_yaml import load_plain

_MAXIMUM_BYTES: Final = 1024 * 1024


def read_yaml(path: Path, *, is_typed: bool = False) -> dict[str, Any]:
    """Return the fields of a file; an empty one has none.

    Args:
        path: The file.
        is_typed: Whether numbers, truth values and null are told from text; else every single value is the text that
            is written there, so that the Python of `python: 3.10` is not 3.1.

    Raises:
        InvalidParameter: It cannot be read, is larger than 1 MiB, no YAML, or no mapping (`project.file_unreadable`).
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MAXIMUM_BYTES + 1)
    except OSError as error:
        raise _unreadable(path, str(error.strerror)) from error
    if len(content) > _MAXIMUM_BYTES:
        raise _unreadable(path, f"it is larger than {_MAXIMUM_BYTES} bytes")
    try:
        fields = load_plain(content, is_typed=is_typed)
    except ValueError as error:
        raise _unreadable(path, str(error)) from error
    if fields is None or fields == "":
        return {}
    if not isinstance(fields, dict):
        raise _unreadable(path, "it is no mapping of names to values")
    return {str(name): value for name, value in fields.items()}


def _unreadable(path: Path, fault: str) -> InvalidParameter:
    return InvalidParameter("project.file_unreadable", f"{path} cannot be read: {fault}.", path=str(path), fault=fault)
