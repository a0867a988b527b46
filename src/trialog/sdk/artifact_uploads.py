"""Sends artifacts: files as they flow from the disk, several of a folder at once."""

import io
import os
import shutil
import stat
import tempfile
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, cast

from trialog.errors import InvalidParameter
from trialog.sdk.artifact_attempts import attempted
from trialog.sdk.artifact_places import Place, checked_file_path, joined
from trialog.sdk.artifact_progress import OnProgress, ProgressCount
from trialog.sdk.artifact_threads import Ended, each_done

_MOST_IN_MEMORY: Final = 1024 * 1024
_PIECE_BYTES: Final = 256 * 1024


class FixedLength(io.RawIOBase):
    """A file as long as it was when its sending began, whatever is written behind.

    Args:
        file: The file.
        length: How many bytes from where it stands are sent.
        on_read: Is told how many bytes were read.
    """

    def __init__(self, file: BinaryIO, length: int, on_read: Callable[[int], None]) -> None:
        self._file = file
        self._start = file.tell()
        self._length = length
        self._on_read = on_read
        self._position = 0

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be read again."""
        return True

    def tell(self) -> int:
        """Return how far it is read."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go elsewhere."""
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._length}[whence]
        self._position = max(0, origin + offset)
        self._file.seek(self._start + self._position)
        return self._position

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # what io hands over
        """Read what is next.

        Raises:
            InvalidParameter: The file is shorter now (`artifact.file_changed`).
        """
        wanted = min(len(buffer), self._length - self._position)
        if wanted <= 0:
            return 0
        piece = self._file.read(wanted)
        if not piece:
            raise InvalidParameter(
                "artifact.file_changed",
                f"A file became shorter than {self._length} bytes while it was sent, and was not stored. Send it again "
                "when nothing writes to it.",
                length=self._length,
            )
        buffer[: len(piece)] = piece
        self._position += len(piece)
        self._on_read(len(piece))
        return len(piece)


def send_path(place: Place, local_path: Path, artifact_path: str, on_progress: OnProgress | None = None) -> list[str]:
    """Send a file, or all that a folder holds.

    Args:
        place: Where it goes.
        local_path: The file or folder.
        artifact_path: Folder at the place that takes it.
        on_progress: Is told how far it is.

    Returns:
        Paths of the files that are there now.

    Raises:
        InvalidParameter: It is neither file nor folder, or holds what is neither (`artifact.no_local_file`).
    """
    pairs = [(local, joined(artifact_path, name)) for local, name in _files(local_path)]
    sizes = [_size(local) for local, _ in pairs]
    count = ProgressCount(len(pairs), sum(sizes), on_progress)
    is_over = threading.Event()

    def went(size: int) -> None:
        if is_over.is_set():
            raise Ended
        count.bytes_went(size)

    def send(local: Path, path: str) -> None:
        with local.open("rb") as file:
            _send_file(place, file, path, went)
        count.file_is_done()

    each_done([partial(send, local, path) for local, path in pairs], is_over)
    return [path for _, path in pairs]


def send_content(place: Place, content: bytes | BinaryIO, path: str) -> None:
    """Send one file from memory, or what is left to read of an open one.

    Args:
        place: Where it goes.
        content: The file.
        path: Path at the place.
    """
    name = checked_file_path(path)
    if isinstance(content, bytes):
        attempted(lambda: place.put(name, content))
    elif content.seekable():
        _send_file(place, content, name, lambda _: None)
    else:
        # Its length must be known before it is sent, and it may have to be sent again.
        with tempfile.SpooledTemporaryFile(_MOST_IN_MEMORY) as kept:
            shutil.copyfileobj(content, kept, _PIECE_BYTES)
            kept.seek(0)
            _send_file(place, cast("BinaryIO", kept), name, lambda _: None)


def _send_file(place: Place, file: BinaryIO, path: str, on_read: Callable[[int], None]) -> None:
    start = file.tell()
    length = file.seek(0, os.SEEK_END) - start
    file.seek(start)
    raw = FixedLength(file, length, on_read)
    with io.BufferedReader(raw, _PIECE_BYTES) as body:
        attempted(lambda: place.put(path, body))


def _files(local_path: Path) -> list[tuple[Path, str]]:
    """Return files with their names at the place."""
    if not local_path.is_dir():
        return [(local_path, local_path.absolute().name)]
    found = []
    for folder, _, names in os.walk(local_path, onerror=_raise):
        for name in names:
            local = Path(folder, name)
            found.append((local, local.relative_to(local_path).as_posix()))
    return sorted(found, key=lambda pair: pair[1])


def _size(local: Path) -> int:
    """Return how long a file is.

    Raises:
        InvalidParameter: It is no file. To open a pipe could take for ever.
    """
    try:
        about = local.stat()
    except FileNotFoundError:
        about = None
    if about is None or not stat.S_ISREG(about.st_mode):
        raise InvalidParameter(
            "artifact.no_local_file",
            f"{str(local)!r} is {'no file or folder' if about is not None else 'not there'}, and nothing was sent.",
            path=str(local),
        )
    return about.st_size


def _raise(error: OSError) -> None:
    # A folder that cannot be read must not be taken for an empty one.
    raise error
