"""Files of a run, copied as they were when they were logged, in the order in which they are sent."""

import errno
import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import msgspec

from trialog.sdk.spool.files import make_folder, open_private, read_count, write_count, write_whole

ARTIFACTS_FOLDER: Final = "artifacts"
_CONTENT: Final = ".content"
_REFUSED: Final = ".refused"
_PATH: Final = ".json"
_DROPPED: Final = "artifacts.dropped"
_PIECE_BYTES: Final = 1024 * 1024


class Room:
    """How much room there is for files, of all runs of a process.

    Args:
        most_bytes: So much in all.
    """

    def __init__(self, most_bytes: int) -> None:
        self._free = most_bytes
        self._most_bytes = most_bytes
        self._lock = threading.RLock()

    def take(self, count: int) -> None:
        """Take some of it.

        Args:
            count: How many bytes.

        Raises:
            OSError: There is not so much.
        """
        with self._lock:
            if count > self._free:
                raise OSError(errno.EDQUOT, f"{self._most_bytes - self._free} bytes of files are kept already")
            self._free -= count

    def give_back(self, count: int) -> None:
        """Give back what was taken."""
        with self._lock:
            self._free += count


class QueuedFile(NamedTuple):
    """A file that waits to be sent.

    Args:
        path: Where its copy is.
        artifact_path: Its path in the run's artifacts; None if that is lost, or the copy is none that was made here.
        size: How many bytes it has.
    """

    path: Path
    artifact_path: str | None
    size: int


class ArtifactQueue:
    """The files that wait to be sent to one run. Any number of threads may add some; one sends them.

    A file is there when its content is: it is written under another name, and renamed when it is whole.

    Args:
        folder: The folder of the run.
        room: What they take room of; None for those that a dead process left.
    """

    def __init__(self, folder: Path, room: Room | None = None) -> None:
        self._folder = folder / ARTIFACTS_FOLDER
        self._dropped_file = folder / _DROPPED
        self._room = room
        self._lock = threading.RLock()
        self._waiting = sorted(self._numbers(_CONTENT))
        self._next = 1 + max((*self._numbers(_PATH), *self._waiting), default=0)
        self.dropped = read_count(self._dropped_file)
        self.fault: OSError | None = None
        self._taken: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def add_path(self, path: Path, artifact_path: str | None) -> bool:
        """Copy a file, or all files of a folder and those below it.

        Args:
            path: The file or folder.
            artifact_path: Folder of the run's artifacts that they come into; None for the topmost one.

        Returns:
            Whether there was room for all.

        Raises:
            OSError: One of them cannot be read.
        """
        before = f"{artifact_path}/" if artifact_path else ""
        is_kept = True
        for file, name in _files_of(path):
            with file.open("rb") as source:
                size = os.fstat(source.fileno()).st_size
                is_kept = self._add(f"{before}{name}", size, partial(_copy, source)) and is_kept
        return is_kept

    def add_content(self, content: bytes, artifact_path: str) -> bool:
        """Keep a content that is sent as a file.

        Args:
            content: All of it.
            artifact_path: The file's path in the run's artifacts.

        Returns:
            Whether there was room for it.
        """
        return self._add(artifact_path, len(content), lambda target: target.write(content))

    def first(self) -> QueuedFile | None:
        """Return the file that is to be sent next.

        Raises:
            OSError: It cannot be looked at.
        """
        with self._lock:
            if not self._waiting:
                return None
            number = self._waiting[0]
        path = self._file(number, _CONTENT)
        if path.is_symlink():
            # Whoever put it there could have any file of this user sent.
            return QueuedFile(path, None, 0)
        try:
            said = msgspec.json.decode(self._file(number, _PATH).read_bytes(), type=dict[str, str])
        except (FileNotFoundError, msgspec.DecodeError, UnicodeDecodeError):
            said = {}
        return QueuedFile(path, said.get("path"), path.stat().st_size)

    def remove(self, file: QueuedFile) -> None:
        """Remove a file that has arrived.

        Args:
            file: The file that was first.
        """
        file.path.unlink(missing_ok=True)
        file.path.with_suffix(_PATH).unlink(missing_ok=True)
        self._is_gone(file)

    def set_aside(self, file: QueuedFile) -> Path:
        """Send a file no more, and keep it.

        Args:
            file: The file that was first.

        Returns:
            Where it is.
        """
        aside = file.path.replace(file.path.with_suffix(_REFUSED))
        self._is_gone(file)
        return aside

    def take_back(self, name: str) -> None:
        """Send a file again that was set aside.

        Args:
            name: Its name.
        """
        path = self._folder / Path(name).name
        if path.exists():
            path.replace(path.with_suffix(_CONTENT))
            with self._lock:
                self._waiting = sorted({*self._waiting, int(path.stem)})

    def throw_away(self, name: str) -> None:
        """Remove a file that was set aside.

        Args:
            name: Its name.
        """
        path = self._folder / Path(name).name
        path.unlink(missing_ok=True)
        path.with_suffix(_PATH).unlink(missing_ok=True)

    def _is_gone(self, file: QueuedFile) -> None:
        number = int(file.path.stem)
        with self._lock:
            self._waiting.remove(number)
            taken = self._taken.pop(number, 0)
        if self._room is not None:
            self._room.give_back(taken)

    def _add(self, artifact_path: str, size: int, write: Callable[[BinaryIO], object]) -> bool:
        with self._lock:
            number, self._next = self._next, self._next + 1
        taken = 0
        try:
            if self._room is not None:
                self._room.take(size)
                taken = size
            self._write(number, artifact_path, write)
        except OSError as error:
            if self._room is not None:
                self._room.give_back(taken)
            self._file(number, _PATH).unlink(missing_ok=True)
            if not isinstance(error, _ReadingFailed):
                self._drop(error)
                return False
            raise
        with self._lock:
            self._taken[number] = taken
            self._waiting.append(number)
            self._waiting.sort()
        return True

    def _write(self, number: int, artifact_path: str, write: Callable[[BinaryIO], object]) -> None:
        make_folder(self._folder)
        write_whole(self._file(number, _PATH), msgspec.json.encode({"path": artifact_path}))
        content = self._file(number, _CONTENT)
        temporary = content.with_name(f"{content.name}.tmp")
        try:
            with open_private(temporary) as target:
                write(target)
            temporary.replace(content)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise

    def _drop(self, error: OSError) -> None:
        with self._lock:
            self.dropped += 1
            # Without what it came through: that would keep alive whatever the training had in its hands.
            self.fault = error.with_traceback(None)
            try:
                write_count(self._dropped_file, self.dropped)
            except OSError:
                # The number is known here anyway.
                return

    def _numbers(self, ending: str) -> list[int]:
        """Return the numbers of files; what has none, such as a file that a system puts beside a copy, is no one's."""
        return [int(path.stem) for path in self._folder.glob(f"*{ending}") if path.stem.isdecimal()]

    def _file(self, number: int, ending: str) -> Path:
        return self._folder / f"{number:012d}{ending}"


class _ReadingFailed(OSError):
    """The file that was to be copied cannot be read."""


def _files_of(path: Path) -> Iterator[tuple[Path, str]]:
    """Hand out the files of a folder with their paths in it, or the one file."""
    if not path.is_dir():
        if path.exists() and not path.is_file():
            raise OSError(
                errno.EINVAL, "what is neither a file nor a folder, such as a pipe, cannot be kept", str(path)
            )
        yield path, path.name
        return
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            file = Path(folder) / name
            # What is no file, such as a broken link or a socket, has no content that could be sent.
            if file.is_file():
                yield file, file.relative_to(path).as_posix()


def _copy(source: BinaryIO, target: BinaryIO) -> None:
    while True:
        try:
            piece = source.read(_PIECE_BYTES)
        except OSError as error:
            raise _ReadingFailed(*error.args) from error
        if not piece:
            return
        target.write(piece)
