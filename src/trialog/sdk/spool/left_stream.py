"""A stream that a process left which is dead: its files, read from the beginning."""

import json
from bisect import bisect_right
from pathlib import Path
from typing import Final, NamedTuple
from zlib import crc32

from trialog.sdk.spool.stream import SUFFIX, segment_name
from trialog.wire.log_stream_format import CELL_BYTES, CHECKSUM, EntryKind, TextEntry, decode, encode_text

_NOTHING: Final = bytes(CELL_BYTES)


class _Content(NamedTuple):
    """What was found in one file."""

    whole: int
    """So many bytes of whole entries it begins with."""
    written: int
    """So many bytes of it were written, as far as can be seen."""


class LeftStream:
    """A stream that nobody writes to any more.

    The end of the process may have cut off the last entry, which its training had not been told was kept; it is
    passed over. An entry that is not whole and has others behind it was damaged later: what follows it in its file
    cannot be believed, and the next file can.

    Args:
        folder: Where its files are.

    Raises:
        OSError: They cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._begins = sorted(int(path.stem) for path in folder.glob(f"*{SUFFIX}") if path.stem.isdecimal())
        self._contents: dict[int, _Content] = {}
        self._described: dict[int, bytes] = {}
        self._models: dict[int, str] = {}
        self.written = self._begins[-1] + self._content_of(self._begins[-1]).written if self._begins else 0

    @property
    def kept_from(self) -> int:
        """Where what is kept of it begins."""
        return self._begins[0] if self._begins else self.written

    def read(self, start: int, most_bytes: int) -> bytes:
        """See `StreamSource.read`; what is not whole is not read."""
        begin = self._begin_of(start)
        if begin is None:
            return b""
        end = min(begin + self._content_of(begin).whole, start + most_bytes)
        with (self.folder / segment_name(begin)).open("rb") as file:
            file.seek(start - begin)
            return file.read(max(0, end - start))

    def describe(self, numbers: set[int]) -> bytes:
        """See `StreamSource.describe`."""
        described = self._described
        return b"".join([described[number] for number in sorted(numbers) if number in described])

    def models_of(self, numbers: set[int]) -> set[str]:
        """See `StreamSource.models_of`."""
        return {self._models[number] for number in numbers if number in self._models}

    def after_damage(self, place: int) -> int:
        """See `StreamSource.after_damage`."""
        following = bisect_right(self._begins, place)
        return self._begins[following] if following < len(self._begins) else self.written

    def path_of(self, place: int) -> Path:
        """See `StreamSource.path_of`."""
        return self.folder / segment_name(self._begin_of(place) or 0)

    def forget(self, place: int) -> None:
        """See `StreamSource.forget`."""
        while len(self._begins) > 1 and self._begins[1] <= place:
            (self.folder / segment_name(self._begins.pop(0))).unlink(missing_ok=True)

    def _describe(self, entry: TextEntry) -> None:
        said = json.loads(entry.text)
        number, model_id = said["number"], said.get("model_id")
        self._described[number] = encode_text(EntryKind.SERIES, entry.text)
        if model_id is not None:
            self._models[number] = model_id

    def _begin_of(self, place: int) -> int | None:
        following = bisect_right(self._begins, place)
        return self._begins[following - 1] if following else None

    def _content_of(self, begin: int) -> _Content:
        found = self._contents.get(begin)
        if found is None:
            found = self._contents[begin] = self._look_into(begin)
        return found

    def _look_into(self, begin: int) -> _Content:
        content = (self.folder / segment_name(begin)).read_bytes()
        whole = 0
        for end, entry in decode(content):
            if isinstance(entry, TextEntry) and entry.kind == EntryKind.SERIES:
                try:
                    self._describe(entry)
                except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                    # Whole, and not what this package writes.
                    break
            whole = end
        return _Content(whole, _written(content, whole))


def _written(content: bytes, whole: int) -> int:
    """Return where the last whole entry ends that can be found behind one that is not."""
    if not content[whole:].strip(b"\0"):
        return whole
    for place in range(len(content) // CELL_BYTES * CELL_BYTES - CELL_BYTES, whole, -CELL_BYTES):
        cell = content[place : place + CELL_BYTES]
        if cell != _NOTHING and CHECKSUM.unpack_from(cell)[0] == crc32(cell[CHECKSUM.size :]):
            return place + CELL_BYTES
    return whole
