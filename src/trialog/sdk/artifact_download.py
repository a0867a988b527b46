"""Fetches artifacts: a file piece by piece, or files and folders to this machine."""

import re
import threading
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from trialog.errors import ConnectionFailed, RangeNotSatisfiable, ResourceNotFound, TrialogError
from trialog.remote.answers import Answer
from trialog.sdk.artifact_attempts import MOST_FAILURES, attempted, is_worth_another_attempt, pause_after
from trialog.sdk.artifact_names import last_name, safe_path
from trialog.sdk.artifact_places import Place, checked_file_path
from trialog.sdk.artifact_progress import OnProgress, ProgressCount
from trialog.sdk.artifact_threads import Ended, each_done
from trialog.wire.messages.artifacts import FileInfo

# How deep folders may lie in one another; servers take no more.
_MOST_FOLDERS: Final = 64
_RANGE: Final = re.compile(r"bytes (?P<start>[0-9]{1,18})-")
_PART: Final = 206


def read_pieces(place: Place, path: str) -> Iterator[bytes]:
    """Return a file piece by piece; what breaks off is gone on with where it ended.

    Args:
        place: Where it is.
        path: The file.

    Raises:
        ResourceNotFound: There is no such file.
        ConnectionFailed: It broke off too often, or changed meanwhile (`artifact.changed_meanwhile`).
    """
    name = checked_file_path(path)
    answer, pieces = attempted(lambda: place.fetch(name, {}))
    return _continued(place, name, answer, pieces)


def download_to(
    place: Place, path: str, destination: Path, on_progress: OnProgress | None = None, *, keeps_path: bool = False
) -> Path:
    """Fetch a file or a folder.

    Args:
        place: Where it is.
        path: The file or folder; all that is at the place if empty.
        destination: Folder that takes it.
        on_progress: Is told how far it is.
        keeps_path: Whether it keeps its whole path below the destination, and not its last name alone.

    Returns:
        Where it is now.

    Raises:
        ResourceNotFound: There is nothing of that name.
        ConnectionFailed: It broke off too often, or the server names a file that would lie elsewhere
            (`artifact.unsafe_name`).
    """
    asked = path.strip("/")
    target = safe_path(destination, asked if keeps_path else last_name(asked))
    first = _opened(place, asked) if asked else None
    if first is None:
        _download_folder(place, asked, target, on_progress)
    else:
        answer, pieces = first
        size = answer.headers.get("content-length", "")
        count = ProgressCount(1, int(size) if size.isascii() and size.isdigit() else None, on_progress)
        _write(_continued(place, asked, answer, pieces), target, count, threading.Event())
    return target


def _opened(place: Place, path: str) -> tuple[Answer, Iterator[bytes]] | None:
    """Return a file as it begins to come; None if it is a folder."""
    try:
        return attempted(lambda: place.fetch(path, {}))
    except ConnectionFailed:
        raise
    except TrialogError as error:
        if error.code == "artifact.is_directory":
            return None
        # Servers of other makes say in their own way that it is a folder.
        if isinstance(error, ResourceNotFound) and not place.files(path):
            raise
        if not isinstance(error, ResourceNotFound):
            raise
        return None


def _download_folder(place: Place, path: str, target: Path, on_progress: OnProgress | None) -> None:
    beginning = f"{path}/" if path else ""
    places: dict[str, Path] = {}

    def take(entry: FileInfo) -> None:
        # All names are looked at before anything is written.
        places[entry.path] = safe_path(target, entry.path.removeprefix(beginning))

    found = walk(place, path, take)
    files = [file for file in found if not file.is_dir]
    for folder in (target, *(places[file.path] for file in found if file.is_dir)):
        folder.mkdir(parents=True, exist_ok=True)
    sizes = [file.file_size for file in files]
    known = [size for size in sizes if isinstance(size, int)]
    count = ProgressCount(len(files), sum(known) if len(known) == len(sizes) else None, on_progress)
    is_over = threading.Event()

    def fetch(file: FileInfo) -> None:
        _write(read_pieces(place, file.path), places[file.path], count, is_over)

    each_done([partial(fetch, file) for file in files], is_over)


def walk(place: Place, path: str, take: Callable[[FileInfo], None] = lambda _: None) -> list[FileInfo]:
    """Return all folders and files below a folder, by path.

    Args:
        place: Where it is.
        path: The folder.
        take: Is told each before what is in it is asked for; may refuse it.

    Raises:
        ConnectionFailed: There is a folder in each folder without end (`artifact.too_deep`).
    """
    found: list[FileInfo] = []
    left = [(path, 0)]
    while left:
        folder, depth = left.pop()
        if depth > _MOST_FOLDERS:
            raise ConnectionFailed(
                "artifact.too_deep",
                f"The server names folders in one another deeper than {_MOST_FOLDERS}, as in {folder[:200]!r}. Nothing "
                "was fetched.",
                path=folder[:200],
            )
        for entry in place.files(folder):
            take(entry)
            found.append(entry)
            if entry.is_dir:
                left.append((entry.path, depth + 1))
    return sorted(found, key=lambda file: file.path.split("/"))


def _write(pieces: Iterator[bytes], target: Path, count: ProgressCount, is_over: threading.Event) -> None:
    """Write a file under another name, and rename it when it is whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".trialog-{uuid.uuid4().hex}.part")
    try:
        with part.open("xb") as file:
            for piece in pieces:
                if is_over.is_set():
                    raise Ended
                file.write(piece)
                count.bytes_went(len(piece))
        part.replace(target)
        count.file_is_done()
    finally:
        part.unlink(missing_ok=True)


def _continued(place: Place, path: str, answer: Answer, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what comes; where it breaks off, ask for the rest."""
    tag = answer.headers.get("etag")
    done = failures = 0
    while True:
        try:
            for piece in pieces:
                done += len(piece)
                failures = 0
                yield piece
        except TrialogError as error:
            failures += 1
            if failures == MOST_FAILURES or tag is None or not is_worth_another_attempt(error):
                raise
        else:
            return
        pause_after(failures)
        pieces = _rest(place, path, tag, done)


def _rest(place: Place, path: str, tag: str, done: int) -> Iterator[bytes]:
    """Yield what comes behind the first bytes of a file, if it is the same file still."""
    headers = {"Range": f"bytes={done}-", "If-Range": tag}
    try:
        answer, pieces = place.fetch(path, headers)
    except RangeNotSatisfiable as error:
        raise _changed(path) from error
    if answer.status == _PART:
        match = _RANGE.match(answer.headers.get("content-range", ""))
        if match is None or int(match["start"]) != done:
            raise _changed(path)
        yield from pieces
        return
    if answer.headers.get("etag") != tag:
        raise _changed(path)
    # All of it comes once more.
    skipped = 0
    for piece in pieces:
        rest = piece[max(0, done - skipped) :]
        skipped += len(piece)
        if rest:
            yield rest


def _changed(path: str) -> ConnectionFailed:
    return ConnectionFailed(
        "artifact.changed_meanwhile",
        f"The artifact {path[:200]!r} was changed while it was fetched, and what came of it was not kept. Fetch it "
        "again.",
        path=path[:200],
    )
