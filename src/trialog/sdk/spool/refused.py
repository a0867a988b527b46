"""What a server refused: kept beside the stream with the reason, until somebody has it sent again or throws it away."""

import base64
import json
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from trialog.errors import TrialogError
from trialog.sdk.spool.files import append_whole, write_whole
from trialog.sdk.spool.parts import Part
from trialog.wire.log_stream_format import EntryKind, PointEntry, TextEntry, decode

REFUSED_FILE: Final = "refused.jsonl"
What: TypeAlias = Literal["points", "text", "damage", "artifact", "stream", "artifacts"]
WHOLE: Final = frozenset({"stream", "artifacts"})
"""What is refused as a whole stays where it is, and is sent again by every `trialog sync`."""
_OTHERS: Final = {
    "damage": "damaged entries, about {count}",
    "stream": "all records, about {count}",
    "artifacts": "all files ({count})",
}
_encoder = msgspec.json.Encoder()


class Refused(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that was refused.

    Args:
        what: Points of one series, a text (a param, a tag …), a place of the stream that cannot be read, a file; or all
            of the stream from here on, or all files.
        code: Code of the error.
        message: Its sentence.
        start: Where in the stream it begins.
        count: How many entries it is.
        kind: What a text says: param, tag, status or dataset.
        key: Name of the metric, param or tag.
        value: Its value, as text.
        step: Step of the first point.
        path: A file's path in the run's artifacts.
        file: Name of the file that keeps it, in this folder.
        content: The entries themselves as they are sent, in base64.
        model_ids: Logged models that the points measure.
    """

    what: What
    code: str
    message: str
    start: int = 0
    count: int = 1
    kind: str | None = None
    key: str | None = None
    value: str | None = None
    step: int | None = None
    path: str | None = None
    file: str | None = None
    content: str | None = None
    model_ids: list[str] = []

    @property
    def shown(self) -> str:
        """Say what it is."""
        if self.what == "points":
            point = f"metric '{self.key}', {self.value} at step {self.step}"
            return point if self.count == 1 else f"{point}, and {self.count - 1} points more"
        if self.what == "artifact":
            return f"file '{self.path}'"
        if self.what == "text":
            return f"{self.kind} '{self.key}' = '{self.value}'" if self.key is not None else f"{self.kind} {self.value}"
        return _OTHERS[self.what].format(count=self.count)


class RefusedLog:
    """What was refused of one stream and its files.

    Args:
        folder: The folder of the stream.

    Attributes:
        path: The file that it is kept in.
        count: How many entries and files it is.
        reason: Why the last of them was refused, as a sentence.
    """

    def __init__(self, folder: Path) -> None:
        self.path = self.path_in(folder)
        self._lock = threading.Lock()
        self.reason: str | None = None
        self.count = 0
        self._known: set[tuple[object, ...]] = set()
        for one in read_refused(folder):
            self._count(one)

    @staticmethod
    def path_in(folder: Path) -> Path:
        """Return the file that it is kept in."""
        return folder / REFUSED_FILE

    def add(self, refused: Refused) -> None:
        """Keep something that was refused.

        Args:
            refused: What, and why.

        Raises:
            OSError: It cannot be kept.
        """
        with self._lock:
            # Where the stream could not go on behind it, the same comes once more.
            if _identity(refused) not in self._known:
                append_whole(self.path, _encoder.encode(refused) + b"\n")
                self._count(refused)

    def replace(self, left: Iterable[Refused]) -> None:
        """Keep nothing but what is given.

        Args:
            left: What is still refused.

        Raises:
            OSError: It cannot be kept; all is as it was.
        """
        with self._lock:
            kept = list(left)
            if kept:
                write_whole(self.path, _encoder.encode_lines(kept))
            else:
                self.path.unlink(missing_ok=True)
            self.reason, self.count = None, 0
            self._known.clear()
            for one in kept:
                self._count(one)

    def _count(self, refused: Refused) -> None:
        self._known.add(_identity(refused))
        self.count += refused.count
        self.reason = f"{refused.shown} was refused: {refused.message}"


def read_refused(folder: Path) -> list[Refused]:
    """Return what was refused of a stream.

    Args:
        folder: The folder of the stream.

    Raises:
        OSError: It cannot be read.
        msgspec.DecodeError: Somebody has written something else.
    """
    path = folder / REFUSED_FILE
    if not path.exists():
        return []
    decoder = msgspec.json.Decoder(Refused)
    return decoder.decode_lines(path.read_bytes())


def refused_part(part: Part, error: TrialogError) -> Refused:
    """Return what a part of a stream is that was refused: entries of one kind, and points of one series.

    Args:
        part: The part.
        error: Why.
    """
    entries = [entry for _, entry in decode(part.content)]
    described = [one for one in entries if isinstance(one, TextEntry) and one.kind == EntryKind.SERIES]
    rest = [one for one in entries if not (isinstance(one, TextEntry) and one.kind == EntryKind.SERIES)]
    said = Refused(
        what="points",
        code=error.code,
        message=error.message,
        start=part.start,
        count=len(rest),
        content=base64.b64encode(part.content).decode("ascii"),
        model_ids=list(part.model_ids),
    )
    first = rest[0]
    if isinstance(first, PointEntry):
        key = json.loads(described[0].text)["key"] if described else None
        return msgspec.structs.replace(said, key=key, value=str(first.value), step=first.step)
    text = _mapping(first.text)
    key, value = text.get("key"), text.get("value", text.get("status"))
    kind = EntryKind(first.kind).name.lower() if first.kind in list(EntryKind) else str(first.kind)
    return msgspec.structs.replace(
        said,
        what="text",
        kind=kind,
        key=None if key is None else str(key),
        value=first.text.decode(errors="replace")[:300] if value is None else str(value)[:300],
    )


def _identity(refused: Refused) -> tuple[object, ...]:
    return refused.what, refused.start, refused.key, hash(refused.content), refused.file


def _mapping(text: bytes) -> dict[str, object]:
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
