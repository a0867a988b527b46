"""A file that one process holds as long as it lives: the system lets go of it however the process ends."""

import os
import sys
from pathlib import Path
from typing import Self

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class FileLock:
    """A file that this process holds; see `take`."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: Path) -> Self | None:
        """Hold a file, or return None if somebody holds it or it is removed at this moment.

        Args:
            path: The file; made if it is not there.

        Raises:
            OSError: It cannot be opened, or where it lies no file can be held.
        """
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        except FileNotFoundError:
            return None
        try:
            if _hold(descriptor) and _is_still_there(path, descriptor):
                return cls(path, descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        return None

    def let_go(self) -> None:
        """Hold it no more; in a process that came of a fork, where the other one still holds it, it stays held."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def _is_still_there(path: Path, descriptor: int) -> bool:
    """Tell whether the file was not removed between its opening and its holding, so that another one is held by all."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":

    def _hold(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

else:

    def _hold(descriptor: int) -> bool:
        # Unlike locks of records, it is no other one that the same process opens once more, and a forked process that
        # closes its descriptor takes nothing away.
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
