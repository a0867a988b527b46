"""Parts of a stream as they go to the server: as much as it takes at once, and before it what the series are of."""

import sys
from typing import Final, NamedTuple, Protocol

from trialog.wire.log_stream_format import CELL_BYTES, FIRST_KIND, EntryKind, PointEntry, decode

MOST_POINTS: Final = 10_000
MOST_TEXTS: Final = 500
_NUMBERS_A_CELL: Final = CELL_BYTES // 4


class StreamSource(Protocol):
    """What parts are made of: a stream that grows, or the files that one left."""

    def describe(self, numbers: set[int]) -> bytes:
        """Return the entries that say what series are of."""
        ...

    def read(self, start: int, most_bytes: int) -> bytes:
        """Return what stands in the stream from a place on."""
        ...


class Part(NamedTuple):
    """A part of a stream.

    Args:
        start: Where in the stream it begins.
        end: Where it ends.
        content: What is sent: descriptions of its series, then what stands there.
    """

    start: int
    end: int
    content: bytes


def read_part(source: StreamSource, start: int, most_points: int = MOST_POINTS) -> Part | None:
    """Return the part of a stream that begins at a place; None where the stream ends there.

    Args:
        source: The stream.
        start: Where an entry begins.
        most_points: So many points at most.

    Raises:
        OSError: A file of the stream cannot be read.
    """
    most_bytes = most_points * CELL_BYTES
    content = source.read(start, most_bytes)
    numbers = _series_of_points(content)
    if numbers is None:
        content, numbers = _whole_entries(content)
        while not content and len(longer := source.read(start, most_bytes := most_bytes * 8)) * 8 > most_bytes:
            # One text is longer than all that was read.
            content, numbers = _whole_entries(longer)
    if not content:
        return None
    return Part(start, start + len(content), source.describe(numbers) + content)


def halves_of(part: Part, source: StreamSource) -> tuple[Part, Part] | None:
    """Return a part that is refused as two, so that what is wrong in it is found; None if it is one entry.

    Args:
        part: The part.
        source: The stream that it is of.
    """
    content = source.read(part.start, part.end - part.start)
    ends = [end for end, _ in decode(content)]
    if len(ends) <= 1:
        return None
    middle = ends[len(ends) // 2 - 1]
    first, second = content[:middle], content[middle:]
    start = part.start
    return (
        Part(start, start + middle, source.describe(_whole_entries(first)[1]) + first),
        Part(start + middle, part.end, source.describe(_whole_entries(second)[1]) + second),
    )


def _series_of_points(content: bytes) -> set[int] | None:
    """Return the series of points; None if something else stands among them, or the last one is not whole."""
    if not content or len(content) % CELL_BYTES or sys.byteorder != "little":
        return None
    # At a fiftieth of what it takes to read them one by one.
    numbers = set(memoryview(content).cast("I")[1::_NUMBERS_A_CELL])
    return numbers if max(numbers) < FIRST_KIND else None


def _whole_entries(content: bytes) -> tuple[bytes, set[int]]:
    """Return entries up to the first that is not whole, or too many, and the series of the points among them."""
    numbers: set[int] = set()
    ended = texts = 0
    for end, entry in decode(content):
        if isinstance(entry, PointEntry):
            numbers.add(entry.series)
        elif entry.kind != EntryKind.SERIES:
            texts += 1
            if texts > MOST_TEXTS:
                break
        ended = end
    return content[:ended], numbers
