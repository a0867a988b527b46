"""What this process logs to one run: written to files at once, and read from them by whoever sends it."""

import errno
import json
import threading
from bisect import bisect_right
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from zlib import crc32

from trialog.sdk.spool.segment import Segment
from trialog.wire.log_stream_format import CELL_BYTES, CHECKSUM, POINT, EntryKind, encode_text

if TYPE_CHECKING:
    import mmap

SEGMENT_BYTES: Final = 4 * 1024 * 1024
MOST_BYTES: Final = 1024 * 1024 * 1024
SUFFIX: Final = ".stream"


class Series(NamedTuple):
    """What points are of.

    Args:
        key: Name of the metric.
        model_id: Logged model that they measure, if any.
        dataset_name: Name of the dataset that they were measured on, if any.
        dataset_digest: Its digest.
    """

    key: str
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None


class LogStream:
    """A stream to one run. Any number of threads of one process may write to it.

    Args:
        folder: Where its files are: a folder of its own.
        segment_bytes: Size of each of them.
        most_bytes: So much is kept at most that was not sent; what is logged beyond is dropped, and counted.
    """

    __slots__ = (
        "_begins",
        "_content",
        "_described",
        "_limit",
        "_lock",
        "_most_bytes",
        "_numbers",
        "_offset",
        "_place",
        "_segment",
        "_segment_bytes",
        "dropped",
        "fault",
        "folder",
    )

    def __init__(self, folder: Path, *, segment_bytes: int = SEGMENT_BYTES, most_bytes: int = MOST_BYTES) -> None:
        self.folder = folder
        self.dropped = 0
        self.fault: OSError | None = None
        self._lock = threading.Lock()
        self._segment_bytes = segment_bytes
        self._most_bytes = most_bytes
        self._segment: Segment | None = None
        self._content: bytearray | mmap.mmap = bytearray()
        # Where in the stream each file begins that was not removed yet, and the last of them ends.
        self._begins: list[int] = []
        self._offset = 0
        self._place = 0
        self._limit = 0
        self._numbers: dict[str | Series, int] = {}
        self._described: list[bytes] = []

    @property
    def written(self) -> int:
        """Where the stream ends as it is written now, in bytes."""
        return self._offset + self._place

    @property
    def kept_from(self) -> int:
        """Where what is kept of it begins."""
        return self._begins[0] if self._begins else self.written

    def log_point(self, series: str | Series, value: float, timestamp: int, step: int) -> None:
        """Write a point.

        Args:
            series: Name of the metric, or more of what it is of.
            value: Any double.
            timestamp: Milliseconds since 1970 UTC.
            step: Any 64-bit integer.

        Raises:
            struct.error: A number does not fit.
        """
        with self._lock:
            number = self._numbers.get(series)
            if number is None:
                number = self._describe(series)
            content = POINT.pack(number, timestamp, value, step)
            after = self._place + CELL_BYTES
            if after > self._limit:
                if not self._begin_segment(CELL_BYTES):
                    return
                after = self._place + CELL_BYTES
            # The checksum tells a point that was written from one that the end of the process cut off.
            self._content[after - CELL_BYTES : after] = CHECKSUM.pack(crc32(content)) + content
            self._place = after

    def log_text(self, kind: EntryKind, said: Mapping[str, object]) -> None:
        """Write what is no point.

        Args:
            kind: What it is.
            said: What JSON can hold.
        """
        cells = encode_text(kind, json.dumps(said, ensure_ascii=False).encode())
        with self._lock:
            self._write(cells)

    def describe(self, numbers: set[int]) -> bytes:
        """Return the entries that say what series are of, for a part that is sent without those before it.

        Args:
            numbers: Of the series; those that are none are passed over.
        """
        described = self._described
        return b"".join([described[number] for number in sorted(numbers) if number < len(described)])

    def read(self, start: int, most_bytes: int) -> bytes:
        """Return what stands in the stream from a place on, of one file.

        Args:
            start: The place, not before `kept_from`.
            most_bytes: So much at most.

        Raises:
            OSError: The file cannot be read.
        """
        with self._lock:
            following = bisect_right(self._begins, start)
            if following == 0:
                return b""
            begin = self._begins[following - 1]
            ends = [*self._begins[following : following + 1], self.written, start + most_bytes]
        end = min(ends)
        with (self.folder / segment_name(begin)).open("rb") as file:
            file.seek(start - begin)
            return file.read(end - start)

    def forget(self, place: int) -> None:
        """Remove the files that lie before a place, for what is in them has arrived.

        Args:
            place: Where the stream goes on.
        """
        with self._lock:
            while len(self._begins) > 1 and self._begins[1] <= place:
                (self.folder / segment_name(self._begins.pop(0))).unlink(missing_ok=True)

    def close(self) -> None:
        """Write no more; what was written stays in its files."""
        with self._lock:
            self._limit = -1
            if self._segment is not None:
                self._segment.close()
                self._segment = None

    def _describe(self, series: str | Series) -> int:
        names = Series(series) if isinstance(series, str) else series
        number = len(self._described)
        said = {"number": number} | {name: value for name, value in names._asdict().items() if value is not None}
        cells = encode_text(EntryKind.SERIES, json.dumps(said, ensure_ascii=False).encode())
        self._described.append(cells)
        self._numbers[series] = number
        self._write(cells)
        return number

    def _write(self, cells: bytes) -> None:
        after = self._place + len(cells)
        if after > self._limit:
            if not self._begin_segment(len(cells)):
                return
            after = self._place + len(cells)
        self._content[self._place : after] = cells
        self._place = after

    def _begin_segment(self, room: int) -> bool:
        """Go on in a new file, which says again what the series are of, so that it can be read by itself."""
        if self._limit < 0:
            raise ValueError("the stream is closed")
        described = b"".join(self._described)
        begin = self._offset + self._place
        size = max(self._segment_bytes, -(-(len(described) + room) // self._segment_bytes) * self._segment_bytes)
        try:
            self._check_room(begin + size)
            segment = Segment(self.folder / segment_name(begin), size)
        except OSError as error:
            self.dropped += 1
            self.fault = error
            return False
        if self._segment is not None:
            self._segment.close()
        self._segment, self._content, self._limit = segment, segment.content, size
        self._offset, self._place = begin, 0
        self._begins.append(begin)
        segment.content[: len(described)] = described
        self._place = len(described)
        return True

    def _check_room(self, end: int) -> None:
        if end - self.kept_from > self._most_bytes:
            raise OSError(errno.EDQUOT, f"{self._most_bytes} bytes are kept already that were not sent")


def segment_name(begin: int) -> str:
    """Return the name of the file of a stream that begins at a place of it."""
    return f"{begin:020d}{SUFFIX}"
