"""Parts of a stream as they go to the server: as much as it takes at once, and before it what the series are of."""

import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from trialog.wire.log_stream_format import CELL_BYTES, FIRST_KIND, EntryKind, PointEntry, decode

MOST_POINTS: Final = 10_000
MOST_TEXTS: Final = 500
_NUMBERS_A_CELL: Final = CELL_BYTES // 4


class StreamSource(Protocol):
    """What parts are made of: a stream that grows, or the files that one left."""

    @property
    def written(self) -> int:
        """Where it ends."""
        ...

    @property
    def kept_from(self) -> int:
        """Where what is kept of it begins."""
        ...

    def read(self, start: int, most_bytes: int) -> bytes:
        """Return what stands in the stream from a place on, of one file.

        Args:
            start: The place.
            most_bytes: So much at most.

        Raises:
            OSError: The file cannot be read.
        """
        ...

    def describe(self, numbers: set[int]) -> bytes:
        """Return the entries that say what series are of; those that are none are passed over."""
        ...

    def models_of(self, numbers: set[int]) -> set[str]:
        """Return the logged models that series measure."""
        ...

    def after_damage(self, place: int) -> int:
        """Return where the stream goes on behind a place that cannot be read."""
        ...

    def path_of(self, place: int) -> Path:
        """Return the file that a place of the stream lies in."""
        ...

    def forget(self, place: int) -> None:
        """Remove the files that lie before a place, for what is in them has arrived."""
        ...


class Part(NamedTuple):
    """A part of a stream.

    Args:
        start: Where in the stream it begins.
        end: Where it ends.
        content: What is sent: descriptions of its series, then what stands there.
        series: Numbers of the series of its points.
        model_ids: The logged models that they measure.
        kept_back: Points that are not sent, by the number of their series.
    """

    start: int
    end: int
    content: bytes = b""
    series: frozenset[int] = frozenset()
    model_ids: tuple[str, ...] = ()
    kept_back: Mapping[int, bytes] = {}


class _Entries(NamedTuple):
    size: int
    kept: bytes
    series: set[int]
    kept_back: dict[int, bytes]


def read_part(
    source: StreamSource,
    start: int,
    most_points: int = MOST_POINTS,
    *,
    without: Collection[int] = (),
    checks: bool = False,
) -> Part | None:
    """Return the part of a stream that begins at a place; None where no whole entry begins.

    Args:
        source: The stream.
        start: Where an entry begins.
        most_points: So many points at most.
        without: Series whose points are kept back.
        checks: Whether each entry is looked at before it is sent; if not, points are taken for whole.

    Raises:
        OSError: A file of the stream cannot be read.
    """
    most_bytes = most_points * CELL_BYTES
    content = source.read(start, most_bytes)
    series = None if checks else _series_of_points(content)
    if series is not None and series.isdisjoint(without):
        return _part(source, start, _Entries(len(content), content, series, {}))
    entries = _take(content, without)
    while not entries.size and len(longer := source.read(start, most_bytes := most_bytes * 8)) * 8 > most_bytes:
        # One text is longer than all that was read.
        entries = _take(longer, without)
    return _part(source, start, entries) if entries.size else None


def halves_of(part: Part, source: StreamSource, without: Collection[int] = ()) -> tuple[Part, Part] | None:
    """Return a part that is refused as two, so that what is wrong in it is found; None if it is one entry.

    Args:
        part: The part.
        source: The stream that it is of.
        without: As for `read_part`.

    Raises:
        OSError: As for `read_part`.
    """
    content = source.read(part.start, part.end - part.start)
    ends = [end for end, _ in decode(content)]
    if len(ends) <= 1:
        return None
    middle = ends[len(ends) // 2 - 1]
    return (
        _part(source, part.start, _take(content[:middle], without)),
        _part(source, part.start + middle, _take(content[middle:], without)),
    )


def _part(source: StreamSource, start: int, entries: _Entries) -> Part:
    return Part(
        start,
        start + entries.size,
        source.describe(entries.series) + entries.kept,
        frozenset(entries.series),
        tuple(sorted(source.models_of(entries.series))),
        entries.kept_back,
    )


def _series_of_points(content: bytes) -> set[int] | None:
    """Return the series of points; None if something else stands among them, or the last one is not whole."""
    if not content or len(content) % CELL_BYTES or sys.byteorder != "little":
        return None
    # At a fiftieth of what it takes to read them one by one.
    numbers = set(memoryview(content).cast("I")[1::_NUMBERS_A_CELL])
    return numbers if max(numbers) < FIRST_KIND else None


def _take(content: bytes, without: Collection[int]) -> _Entries:
    """Return entries up to the first that is not whole, or too many, without those that say what series are of."""
    pieces: list[bytes] = []
    series: set[int] = set()
    kept_back: dict[int, bytearray] = {}
    place = texts = begin = 0
    for end, entry in decode(content):
        is_sent = True
        if isinstance(entry, PointEntry):
            is_sent = entry.series not in without
            if is_sent:
                series.add(entry.series)
            else:
                kept_back.setdefault(entry.series, bytearray()).extend(content[place:end])
        elif entry.kind == EntryKind.SERIES:
            # Each part says by itself what its own series are of.
            is_sent = False
        elif texts == MOST_TEXTS:
            break
        else:
            texts += 1
        if not is_sent:
            pieces.append(content[begin:place])
            begin = end
        place = end
    pieces.append(content[begin:place])
    return _Entries(place, b"".join(pieces), series, {number: bytes(cells) for number, cells in kept_back.items()})
