"""Files and folders of a spool, which nobody but their owner may read."""

import os
import shutil
from pathlib import Path
from typing import BinaryIO, Final

_FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o600
_COUNT_DIGITS: Final = 20


def make_folder(path: Path) -> Path:
    """Make a folder for its owner alone, and those above it; one that is there stays as it is.

    Args:
        path: The folder.

    Returns:
        The same.

    Raises:
        OSError: It cannot be made.
    """
    if not path.exists():
        # One by one: those above would be made for everybody otherwise.
        make_folder(path.parent)
    path.mkdir(mode=_FOLDER_MODE, exist_ok=True)
    return path


def open_private(path: Path) -> BinaryIO:
    """Open a file to write it from its beginning on, for its owner alone.

    Args:
        path: The file.

    Raises:
        OSError: It cannot be opened.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, _FILE_MODE), "wb")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, so that it is never seen with a part of its content.

    Args:
        path: The file; one that is there is replaced.
        content: All of it.

    Raises:
        OSError: It cannot be written; a file that was there is as it was.
    """
    temporary = path.with_name(f"{path.name}.tmp")
    try:
        with open_private(temporary) as file:
            file.write(content)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def append_whole(path: Path, content: bytes) -> None:
    """Write behind the end of a file all of a content, or nothing.

    Args:
        path: The file; made if it is not there.
        content: What comes behind its end.

    Raises:
        OSError: It cannot be written.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, _FILE_MODE), "ab", buffering=0) as file:
        before = file.seek(0, os.SEEK_END)
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[file.write(rest) :]
        except OSError:
            file.truncate(before)
            raise


def write_count(path: Path, count: int) -> None:
    """Keep a number in a file that has room for it already: also where the disk is full.

    Args:
        path: The file.
        count: The number.

    Raises:
        OSError: It cannot be written.
    """
    flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, _FILE_MODE), "wb") as file:
        file.write(f"{count:{_COUNT_DIGITS}d}".encode())


def read_count(path: Path) -> int:
    """Return the number that a file keeps; 0 if it keeps none."""
    try:
        return int(path.read_bytes())
    except (OSError, ValueError):
        return 0


def remove_folder(path: Path) -> None:
    """Remove a folder and what is in it, as far as that can be done."""
    shutil.rmtree(path, ignore_errors=True)
