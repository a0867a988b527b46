"""Looks at files of a folder that others wrote: within bounds, and without following a link."""

import os
import stat
from itertools import islice
from typing import Final, NamedTuple

from trialog.store.mlruns.left_out import Notes, Reason, Unreadable

MOST_TEXT_BYTES: Final = 1024 * 1024
"""How long a param or tag may be; MLflow's own limits are thousands of characters."""

_MOST_FILES: Final = 100_000
_DEEPEST: Final = 32
_OPEN: Final = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    # A pipe must not keep the opening thread waiting for its other end.
    | getattr(os, "O_NONBLOCK", 0)
)


class FoundFile(NamedTuple):
    """A file as a look at its folder found it.

    Args:
        name: Its path below the folder that was looked through, with slashes.
        path: Where it is.
        mtime: When it was changed last, in nanoseconds.
        size: Its bytes.
    """

    name: str
    path: str
    mtime: int
    size: int


def below(folder: str, name: str) -> str:
    """Return a path; each look at a folder makes many thousands."""
    return f"{folder}{os.sep}{name}"


def is_link(path: str) -> bool:
    """Tell whether a path names a symbolic link, or a junction of Windows; not if nothing is there."""
    # Asked many times for each run.
    return os.path.islink(path) or (hasattr(os.path, "isjunction") and os.path.isjunction(path))  # noqa: PTH114  as above


def subfolders(folder: str, shown: str, notes: Notes) -> dict[str, str]:
    """Return the folders in a folder, by name. Whether that one is a link is the caller's to ask.

    Args:
        folder: Where to look.
        shown: What notes call it.
        notes: Takes what is no folder of its own.

    Raises:
        OSError: It cannot be looked through.
    """
    found: dict[str, str] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            where = f"{shown}/{entry.name}" if shown else entry.name
            if _is_link(entry):
                notes.add(Reason.SYMBOLIC_LINK, where)
            elif entry.is_dir(follow_symlinks=False):
                if _is_text(entry.name):
                    found[entry.name] = entry.path
                else:
                    notes.add(Reason.NOT_TEXT, where, "its name")
    return found


def find_files(folder: str, shown: str, notes: Notes) -> list[FoundFile]:
    """Return the files below a folder, in folders of any depth; none if it is not there, or is a link.

    Args:
        folder: Where to look.
        shown: What notes call it.
        notes: Takes what cannot be served.
    """
    found: list[FoundFile] = []
    if is_link(folder):
        notes.add(Reason.SYMBOLIC_LINK, shown)
        return found
    _find(folder, shown, "", found, notes)
    return found


def _find(folder: str, shown: str, beginning: str, found: list[FoundFile], notes: Notes) -> None:
    try:
        # Taken at once: a folder within a folder must not keep all those above it open.
        with os.scandir(folder) as opened:
            entries = list(islice(opened, _MOST_FILES + 1))
    except FileNotFoundError:
        return
    except OSError as error:
        notes.add(Reason.UNREADABLE, f"{shown}/{beginning}".rstrip("/"), error.strerror or "")
        return
    for entry in entries:
        name = f"{beginning}{entry.name}"
        if len(found) >= _MOST_FILES or name.count("/") >= _DEEPEST:
            notes.add(Reason.TOO_MANY, f"{shown}/{beginning}".rstrip("/"))
            return
        try:
            _take(entry, name, shown, found, notes)
        except FileNotFoundError:
            continue  # it went between the two looks
        except OSError as error:
            notes.add(Reason.UNREADABLE, f"{shown}/{name}", error.strerror or "")


def _take(entry: "os.DirEntry[str]", name: str, shown: str, found: list[FoundFile], notes: Notes) -> None:
    if _is_link(entry):
        notes.add(Reason.SYMBOLIC_LINK, f"{shown}/{name}")
    elif not _is_text(entry.name):
        notes.add(Reason.NOT_TEXT, f"{shown}/{name}", "its name")
    elif entry.is_dir(follow_symlinks=False):
        _find(entry.path, shown, f"{name}/", found, notes)
    elif entry.is_file(follow_symlinks=False):
        status = entry.stat(follow_symlinks=False)
        found.append(FoundFile(name, entry.path, status.st_mtime_ns, status.st_size))
    else:
        notes.add(Reason.NOT_A_FILE, f"{shown}/{name}")


def read_part(path: str, start: int, most: int) -> bytes:
    """Return bytes of a regular file.

    Args:
        path: Where it is.
        start: First byte.
        most: So many at most.

    Raises:
        Unreadable: It is a link or no regular file, or the system does not give it.
        FileNotFoundError: It is not there.
    """
    try:
        with os.fdopen(os.open(path, _OPEN), "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Unreadable(Reason.NOT_A_FILE)
            file.seek(start)
            pieces: list[bytes] = []
            while most > 0 and (piece := file.read(most)):
                pieces.append(piece)
                most -= len(piece)
            return b"".join(pieces)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Unreadable(Reason.UNREADABLE, error.strerror or "") from error


def read_whole(path: str, most: int = MOST_TEXT_BYTES) -> bytes:
    """Return all bytes of a regular file.

    Args:
        path: Where it is.
        most: How many it may have.

    Raises:
        Unreadable: As for `read_part`, or it is longer.
        FileNotFoundError: It is not there.
    """
    content = read_part(path, 0, most + 1)
    if len(content) > most:
        raise Unreadable(Reason.TOO_LARGE, f"more than {most} bytes")
    return content


def read_text(path: str, most: int = MOST_TEXT_BYTES) -> str:
    """Return the text of a regular file, as it is.

    Args:
        path: Where it is.
        most: How many bytes it may have.

    Raises:
        Unreadable: As for `read_whole`, or it is no text in UTF-8, or holds NUL, at which databases end a text.
        FileNotFoundError: It is not there.
    """
    try:
        text = read_whole(path, most).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(Reason.NOT_TEXT) from error
    if "\0" in text:
        raise Unreadable(Reason.NOT_TEXT, "it holds the character NUL")
    return text


def read_texts(files: list[FoundFile], shown: str, notes: Notes) -> dict[str, str]:
    """Return the texts of files by their names, such as params or tags.

    Args:
        files: Which.
        shown: What notes call the folder they are in.
        notes: Takes those that cannot be served.
    """
    texts: dict[str, str] = {}
    for file in files:
        try:
            texts[file.name] = read_text(file.path)
        except FileNotFoundError:
            continue  # it was taken away between the two looks
        except Unreadable as error:
            notes.add(error.reason, f"{shown}/{file.name}", error.detail)
    return texts


def _is_link(entry: "os.DirEntry[str]") -> bool:
    # Windows has folders elsewhere that are no links by name.
    return entry.is_symlink() or (hasattr(entry, "is_junction") and entry.is_junction())


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
