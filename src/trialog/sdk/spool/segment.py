"""One file of a stream, mapped into memory: what is written to it outlives the process, however that ends."""

import contextlib
import errno
import mmap
import os
from pathlib import Path
from typing import Final

# What a file system says that cannot reserve room.
_NOT_THERE: Final = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP})


class Segment:
    """A file with room for so many bytes, written from its beginning on.

    The system writes it to disk by itself: it outlives a killed process, and not a cut of power.

    Args:
        path: A file that is not there yet.
        size: How many bytes it has room for; all of it is taken from the disk at once, so that a full disk is an error
            here and never one of a training that writes.

    Raises:
        OSError: The disk is full, or the file cannot be made.
    """

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        self.size = size
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            _take_room(descriptor, size)
            self.content = mmap.mmap(descriptor, size)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        finally:
            os.close(descriptor)

    def open(self) -> mmap.mmap:
        """Return the file mapped once more, all of whose room is still its own.

        Raises:
            OSError: It is gone or cut off, or cannot be opened.
        """
        descriptor = os.open(self.path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        try:
            return mmap.mmap(descriptor, self.size)
        except ValueError as error:
            raise OSError(errno.EIO, str(error), os.fspath(self.path)) from error
        finally:
            os.close(descriptor)

    def close(self, used: int) -> None:
        """Write no more; what was written stays in the file, and gives back the room behind it.

        Args:
            used: So many bytes were written.
        """
        self.content.close()
        # Room is all that is lost where it cannot be given back, as from a file that somebody removed.
        with contextlib.suppress(OSError):
            os.truncate(self.path, used)


def _take_room(descriptor: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(descriptor, 0, size)
        except OSError as error:
            if error.errno not in _NOT_THERE:
                raise
        else:
            return
    # Where a file can be longer than what it has room for, zeros take the room.
    piece = bytes(1024 * 1024)
    for place in range(0, size, len(piece)):
        os.write(descriptor, piece[: size - place])
