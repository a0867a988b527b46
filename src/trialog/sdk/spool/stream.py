"""What this process logs to one run: written to files at once, and read from them by whoever sends it."""

import contextlib
import errno
import json
import threading
from bisect import bisect_right
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from zlib import crc32

from trialog.errors import Conflict
from trialog.sdk.spool.files import write_count
from trialog.sdk.spool.open_streams import OpenStreams
from trialog.sdk.spool.segment import Segment
from trialog.wire.log_stream_format import CELL_BYTES, CHECKSUM, POINT, EntryKind, encode_text

if TYPE_CHECKING:
    import mmap

SEGMENT_BYTES: Final = 4 * 1024 * 1024
MOST_BYTES: Final = 1024 * 1024 * 1024
SUFFIX: Final = ".stream"
DROPPED_FILE: Final = "dropped"
# Most runs log little, and a process may have many of them.
_FIRST_BYTES: Final = 64 * 1024
_GROWTH: Final = 4
_TEXT_SHARE: Final = 8


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
        open_streams: Those of the process whose files are open.
    """

    __slots__ = (
        "_begins",
        "_content",
        "_described",
        "_is_beginning",
        "_is_closed",
        "_limit",
        "_lock",
        "_models",
        "_most_bytes",
        "_next_number",
        "_numbers",
        "_offset",
        "_open_streams",
        "_place",
        "_segment",
        "_segment_bytes",
        "_wake",
        "dropped",
        "fault",
        "folder",
    )

    def __init__(
        self,
        folder: Path,
        *,
        segment_bytes: int = SEGMENT_BYTES,
        most_bytes: int = MOST_BYTES,
        open_streams: OpenStreams | None = None,
    ) -> None:
        self.folder = folder
        self._open_streams = OpenStreams() if open_streams is None else open_streams
        self.dropped = 0
        self.fault: OSError | None = None
        # The handler of a signal may log while the thread that it interrupted does. Such a handler runs between two
        # calls, never between two assignments: what belongs together is assigned without a call.
        self._lock = threading.RLock()
        self._segment_bytes = segment_bytes
        self._most_bytes = most_bytes
        self._segment: Segment | None = None
        self._content: bytearray | mmap.mmap = bytearray()
        # Where in the stream each file begins that was not removed yet, and the last of them ends.
        self._begins: list[int] = []
        self._offset = 0
        self._place = 0
        # Where the way of a point is the longer one: the end of the file, or any place if somebody is to be woken.
        self._limit = 0
        self._wake: Callable[[], None] | None = None
        self._is_closed = self._is_beginning = False
        self._next_number = 0
        self._numbers: dict[str | Series, int] = {}
        self._described: dict[int, bytes] = {}
        self._models: dict[int, str] = {}

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
            Conflict: The stream is closed (`run.log_closed`).
        """
        with self._lock:
            number = self._numbers.get(series)
            if number is None:
                number = self._describe(series)
                if number is None:
                    return
            content = POINT.pack(number, timestamp, value, step)
            # The checksum tells a point that was written from one that the end of the process cut off.
            cell = CHECKSUM.pack(crc32(content)) + content
            while (after := self._place + CELL_BYTES) > self._limit:
                if not self._make_room(CELL_BYTES):
                    return
            self._place = after
            self._content[after - CELL_BYTES : after] = cell

    def log_text(self, kind: EntryKind, said: Mapping[str, object]) -> None:
        """Write what is no point.

        Args:
            kind: What it is.
            said: What JSON can hold.

        Raises:
            Conflict: The stream is closed (`run.log_closed`).
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
        return b"".join([described[number] for number in sorted(numbers) if number in described])

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

    def models_of(self, numbers: set[int]) -> set[str]:
        """Return the logged models that series measure.

        Args:
            numbers: Of the series.
        """
        return {self._models[number] for number in numbers if number in self._models}

    def after_damage(self, place: int) -> int:
        """Return where the stream goes on behind a place that cannot be read.

        Args:
            place: The place.
        """
        with self._lock:
            following = bisect_right(self._begins, place)
            return self._begins[following] if following < len(self._begins) else self.written

    def path_of(self, place: int) -> Path:
        """Return the file that a place of the stream lies in."""
        with self._lock:
            return self.folder / segment_name(self._begins[max(0, bisect_right(self._begins, place) - 1)])

    def watch(self, place: int, wake: Callable[[], None]) -> bool:
        """Have somebody woken by what is written next, unless something was already; a writer pays for it just then.

        Args:
            place: Where what is written already ends, as far as is known.
            wake: Called once, by the thread that writes; must not wait for this stream.

        Returns:
            Whether nothing was written behind the place.
        """
        with self._lock:
            if self.written > place:
                return False
            if not self._is_closed:
                self._wake, self._limit = wake, -1
            return True

    def rest(self) -> bool:
        """Close the file until something is written again; tell whether nobody writes at this moment."""
        # Who opens another stream holds the lock of that one, and waits for no other.
        if not self._lock.acquire(blocking=False):
            return False
        try:
            if self._is_beginning:
                return False
            # The next writer finds no room, and opens it: also a handler of a signal, before this one is closed.
            nothing = bytearray()
            before, self._limit, self._content = self._content, -1, nothing
            if not isinstance(before, bytearray):
                before.close()
            return True
        finally:
            self._lock.release()

    def close(self) -> None:
        """Write no more; what was written stays in its files."""
        with self._lock:
            self._is_closed, self._limit, self._wake = True, -1, None
            self._leave_segment()

    def abandon(self) -> None:
        """Write no more, in a process that came of a fork: the files are the other one's."""
        # Another thread of the other process may have held it, which is not here to let go.
        self._lock = threading.RLock()
        self._is_closed, self._limit, self._wake = True, -1, None
        self._segment, self._content = None, bytearray()

    def _describe(self, series: str | Series) -> int | None:
        names = Series(series) if isinstance(series, str) else series
        number = self._next_number
        self._next_number = number + 1
        said = {"number": number} | {name: value for name, value in names._asdict().items() if value is not None}
        cells = encode_text(EntryKind.SERIES, json.dumps(said, ensure_ascii=False).encode())
        # Before it is remembered: points of what was not described must not come into a file.
        if not self._write(cells):
            if self._next_number == number + 1:
                self._next_number = number
            return None
        if names.model_id is not None:
            self._models[number] = names.model_id
        self._described[number] = cells
        self._numbers[series] = number
        return number

    def _write(self, cells: bytes) -> bool:
        size = len(cells)
        while (after := self._place + size) > self._limit:
            if not self._make_room(size, is_text=True):
                return False
        self._place = after
        self._content[after - size : after] = cells
        return True

    def _make_room(self, room: int, *, is_text: bool = False) -> bool:
        """Wake who waits for the next entry, and go on in a new file if there is no room for it."""
        if self._is_closed:
            raise closed()
        if self._is_beginning:
            self._drop(OSError(errno.EBUSY, "the handler of a signal logged while a new file was begun"))
            return False
        wake, self._wake = self._wake, None
        if wake is not None:
            wake()
        segment = self._segment
        if segment is not None and self._place + room <= segment.size and self._is_open(segment):
            # What a handler logged meanwhile may have sent it to rest again, and then it has no room still.
            if self._content is segment.content:
                self._limit = segment.size
            return True
        return self._begin_segment(room, is_text=is_text)

    def _is_open(self, segment: Segment) -> bool:
        """Open a file that was left to rest; tell whether it is open, for somebody may have removed it."""
        if self._content is segment.content:
            return True
        try:
            content = segment.open()
        except OSError:
            return False
        self._content = segment.content = content
        self._open_streams.add(self)
        return True

    def _begin_segment(self, room: int, *, is_text: bool) -> bool:
        """Go on in a new file, which says again what the series are of, so that it can be read by itself."""
        # What a handler logs meanwhile must not come into the file before, which ends here.
        self._is_beginning, self._limit = True, -1
        before, used = self._segment, self._place
        try:
            self._go_on_in(self._offset + used, room, is_text=is_text)
        except OSError as error:
            self._drop(error)
            return False
        finally:
            self._is_beginning = False
        if before is not None:
            before.close(used)
        self._open_streams.add(self)
        return True

    def _go_on_in(self, begin: int, room: int, *, is_text: bool) -> None:
        described = b"".join(self._described.values())
        needed = len(described) + room
        size = self._size_for(needed, _FIRST_BYTES if self._segment is None else self._segment.size * _GROWTH)
        if is_text and begin + size - self.kept_from > self._most_bytes:
            size = self._size_for(needed, _FIRST_BYTES)
        self._check_room(begin + size, is_text=is_text)
        path = self.folder / segment_name(begin)
        # Ctrl-C may have ended this before it was done.
        path.unlink(missing_ok=True)
        segment = Segment(path, size)
        place = len(described)
        segment.content[:place] = described
        self._begins = [*self._begins, begin]
        self._segment, self._content, self._limit = segment, segment.content, size
        self._offset, self._place = begin, place

    def _leave_segment(self) -> None:
        if self._segment is not None:
            self._segment.close(self._place)
            self._segment = None
            self._open_streams.remove(self)

    def _drop(self, error: OSError) -> None:
        self.dropped += 1
        # Without what it came through: that would keep alive whatever the training had in its hands.
        self.fault = error.with_traceback(None)
        # For who sends what a dead process left; each time it has doubled, so that it costs nothing.
        if self.dropped & (self.dropped - 1) == 0:
            self.note_dropped()

    def note_dropped(self) -> None:
        """Keep in a file how much was dropped."""
        # The number is known here anyway; a disk that is full is told of already.
        with contextlib.suppress(OSError):
            write_count(self.folder / DROPPED_FILE, self.dropped)

    def _size_for(self, needed: int, usual: int) -> int:
        usual = min(self._segment_bytes, usual)
        return -(-needed // usual) * usual

    def _check_room(self, end: int, *, is_text: bool) -> None:
        # Params, and the status that a run ends with, have some room that points cannot take.
        most = self._most_bytes + (self._most_bytes // _TEXT_SHARE if is_text else 0)
        if end - self.kept_from > most:
            raise OSError(errno.EDQUOT, f"{self._most_bytes} bytes are kept already that were not sent")


def closed() -> Conflict:
    """Return the error for what is logged to a run that was ended."""
    return Conflict(
        "run.log_closed",
        "The run has ended in this process, and what is logged to it now is not kept. Log before it ends, or take it up"
        " again with start_run(run_id=...).",
    )


def remove_segments(folder: Path) -> None:
    """Remove a stream that has arrived.

    Args:
        folder: Where its files are.
    """
    for path in folder.glob(f"*{SUFFIX}"):
        path.unlink(missing_ok=True)


def segment_name(begin: int) -> str:
    """Return the name of the file of a stream that begins at a place of it."""
    return f"{begin:020d}{SUFFIX}"
