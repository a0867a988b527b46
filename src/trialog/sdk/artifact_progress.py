"""How far files are on their way."""

import threading
from collections.abc import Callable

from msgspec import Struct


class Progress(Struct, frozen=True):
    """How far it is.

    Args:
        files: How many files are there.
        total_files: How many there are to be.
        sent_bytes: How many bytes went over the wire, those that were sent again too.
        total_bytes: How many bytes the files have together; None if that is not known.
    """

    files: int
    total_files: int
    sent_bytes: int
    total_bytes: int | None


OnProgress = Callable[[Progress], None]


class ProgressCount:
    """Counts what several threads do, and tells it.

    Args:
        total_files: How many files there are to be.
        total_bytes: How many bytes they have together; None if that is not known.
        tell: Is told each step, by one thread at a time; None if nobody wants to know.
    """

    def __init__(self, total_files: int, total_bytes: int | None, tell: OnProgress | None = None) -> None:
        self._total_files = total_files
        self._total_bytes = total_bytes
        self._tell = tell
        self._files = 0
        self._bytes = 0
        self._lock = threading.Lock()

    def bytes_went(self, count: int) -> None:
        """Count bytes."""
        self._count(0, count)

    def file_is_done(self) -> None:
        """Count a file."""
        self._count(1, 0)

    def _count(self, files: int, count: int) -> None:
        if self._tell is None:
            return
        with self._lock:
            self._files += files
            self._bytes += count
            self._tell(Progress(self._files, self._total_files, self._bytes, self._total_bytes))
