"""What a process logs to one run, as bytes: the same in its file on the client's disk and on the way to the server.

A stream is a row of cells of 32 bytes, little-endian, only added to. A point of a metric is one cell:

| bytes | what |
|---|---|
| 4 | CRC-32 of the other 28 |
| 4 | number of the series, as a text before it says |
| 8 | timestamp: a signed integer |
| 8 | value: a double |
| 8 | step: a signed integer |

Everything else is a text: a cell whose number of the series is `FIRST_KIND` or above, then as many cells as the text
fills, zeros behind it:

| bytes | what |
|---|---|
| 4 | CRC-32 of the other 28 |
| 4 | `FIRST_KIND` and the kind of the text |
| 8 | length of the text in bytes |
| 8 | CRC-32 of the text |
| 8 | nothing: zeros |

A text is JSON in UTF-8. A cell of zeros is where a stream ends that grows on; so is one whose checksum is wrong, which
a process left that was killed while it wrote.
"""

from collections.abc import Iterator
from enum import IntEnum
from struct import Struct
from typing import Final, NamedTuple, TypeAlias
from zlib import crc32

CELL_BYTES: Final = 32
FIRST_KIND: Final = 0xFFFFFF00
"""Numbers of series are below this."""
LOG_STREAM_TYPE: Final = "application/vnd.trialog.log-stream"
"""Content type of a part of a stream."""
MAX_TEXT_BYTES: Final = 16 * 1024 * 1024
"""A longer text is taken for damage."""

POINT: Final = Struct("<Iqdq")
_HEAD: Final = Struct("<IqQ8x")
_CELL: Final = Struct("<IIqdq")
CHECKSUM: Final = Struct("<I")


class EntryKind(IntEnum):
    """What a text of a stream says."""

    SERIES = 0
    """`{"number": …, "key": …}` and, where there are such, `model_id`, `dataset_name` and `dataset_digest`: what the
    points of the series with this number are of."""
    PARAM = 1
    """`{"key": …, "value": …}`."""
    TAG = 2
    """`{"key": …, "value": …}`; without a value the tag is taken away."""
    STATUS = 3
    """`{"status": …}` and, where it is given, `end_time`."""
    DATASET = 4
    """`{"dataset": {…}, "tags": […]}`: a dataset that the run uses, as in MLflow's `log-inputs`."""


class PointEntry(NamedTuple):
    """A point of a metric as it stands in a stream."""

    series: int
    timestamp: int
    value: float
    step: int


class TextEntry(NamedTuple):
    """A text as it stands in a stream; its kind may be one that a later version knows."""

    kind: int
    text: bytes


Entry: TypeAlias = PointEntry | TextEntry


def encode_point(series: int, timestamp: int, value: float, step: int) -> bytes:
    """Return the cell of a point.

    Args:
        series: Number of its series.
        timestamp: Milliseconds since 1970 UTC.
        value: Any double.
        step: Any 64-bit integer.

    Raises:
        struct.error: A number does not fit.
    """
    content = POINT.pack(series, timestamp, value, step)
    return CHECKSUM.pack(crc32(content)) + content


def encode_text(kind: EntryKind, text: bytes) -> bytes:
    """Return the cells of a text.

    Args:
        kind: What it says.
        text: JSON in UTF-8.
    """
    head = _HEAD.pack(FIRST_KIND + kind, len(text), crc32(text))
    return CHECKSUM.pack(crc32(head)) + head + text + bytes(-len(text) % CELL_BYTES)


def decode(content: bytes | memoryview, start: int = 0) -> Iterator[tuple[int, Entry]]:
    """Hand out the entries of a stream, each with where it ends, up to the first that is not whole.

    Args:
        content: Of the stream, from the beginning of an entry on.
        start: Where to begin.
    """
    view = memoryview(content)
    place = start
    while place + CELL_BYTES <= len(view):
        after = place + CELL_BYTES
        checksum, series, timestamp, value, step = _CELL.unpack_from(view, place)
        # The checksum of 28 zeros is none: nothing that was written looks like room that is left.
        if crc32(view[place + 4 : after]) != checksum:
            return
        if series < FIRST_KIND:
            yield after, PointEntry(series, timestamp, value, step)
        else:
            _, length, text_checksum = _HEAD.unpack_from(view, place + 4)
            end = after + length
            if not 0 <= length <= MAX_TEXT_BYTES or end > len(view):
                return
            text = bytes(view[after:end])
            if crc32(text) != text_checksum:
                return
            after = end + -length % CELL_BYTES
            if after > len(view):
                return
            yield after, TextEntry(series - FIRST_KIND, text)
        place = after
