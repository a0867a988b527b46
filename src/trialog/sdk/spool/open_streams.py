"""How many streams of a process have their file open: a run that nobody ends must not keep a descriptor for ever."""

import threading
from typing import Final, Protocol

# A process may have 256 open files on some systems, and a training has others.
MOST_OPEN: Final = 64


class Opened(Protocol):
    """A stream whose file is open."""

    def rest(self) -> bool:
        """Close the file until something is written again; tell whether that could be done at this moment."""
        ...


class OpenStreams:
    """The streams of a process whose files are open: so many at most, for each takes a descriptor.

    Where one more is opened the one that was opened first is closed, and opened again by who writes to it next.

    Args:
        most: How many.
    """

    def __init__(self, most: int = MOST_OPEN) -> None:
        self._most = most
        # A handler of a signal may log while the thread that it interrupted holds it.
        self._lock = threading.RLock()
        self._opened: dict[Opened, None] = {}

    def add(self, stream: Opened) -> None:
        """Take note of a stream that was opened; its lock may be held, for nobody here waits for that of another one.

        Args:
            stream: The stream.
        """
        with self._lock:
            self._opened.pop(stream, None)
            self._opened[stream] = None
            for other in list(self._opened)[: -self._most]:
                # One that is written to just now stays, until the next one is opened.
                if other.rest():
                    self._opened.pop(other, None)

    def remove(self, stream: Opened) -> None:
        """Take note of a stream that is closed for good.

        Args:
            stream: The stream.
        """
        with self._lock:
            self._opened.pop(stream, None)
