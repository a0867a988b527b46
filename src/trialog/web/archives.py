"""A folder of artifacts as a ZIP archive, made while it is sent.

Nothing is compressed: an archive is about as large as what is in it, so that a small one never unpacks to a huge one,
and to make it costs no more than reading. Its parts are marked as deflated all the same, in blocks that are stored:
readers that take an archive as it comes cannot tell where a part ends that says its length only behind itself.
"""

import asyncio
import io
import re
import time
import zipfile
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Final

from msgspec import Struct

from trialog.contracts.artifact_store import ArtifactPath, ArtifactReader, ArtifactStore
from trialog.errors import InvalidParameter, ResourceNotFound

MOST_FILES: Final = 100_000
"""So many files an archive may have, and folders as well: their names are held until it ends."""

DEEPEST: Final = 64
"""Files in more folders than these are left out: no path of a client leads to them either."""

_NOT_SAFE: Final = re.compile(r"[^\w.+ -]")
_LONGEST_NAME: Final = 100
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
_LATEST_YEAR: Final = 2107
_STORED_BLOCKS: Final = 0
# For files that their owner may read and write, and others read.
_RIGHTS: Final = 0o100644 << 16


class ArchivedFile(Struct, frozen=True):
    """A file that goes into an archive.

    Args:
        path: Where it is.
        name: What it is called in the archive, with `/` between folders.
    """

    path: ArtifactPath
    name: str


def archive_name(text: str) -> str:
    """Return a name that is safe on every system for an archive and the folder in it.

    Args:
        text: What it is to be called after.
    """
    name = _NOT_SAFE.sub("_", text).strip("._ ")
    return name[:_LONGEST_NAME] or "artifacts"


async def list_files(store: ArtifactStore, folder: ArtifactPath, top: str) -> list[ArchivedFile]:
    """Return the files below a folder, in order of their names.

    Args:
        store: Where they are.
        folder: The folder; of a file, that file alone.
        top: Folder of the archive in which all of it lies.

    Raises:
        ResourceNotFound: There is nothing at this place.
        InvalidParameter: There are too many files.
    """
    found: list[ArchivedFile] = []
    waiting: list[tuple[ArtifactPath, str]] = [(folder, top)]
    folders = 0
    while waiting:
        place, name = waiting.pop()
        folders += 1
        for entry in await store.list_directory(place):
            inside = (*place, entry.name), f"{name}/{entry.name}"
            if not entry.is_directory:
                found.append(ArchivedFile(*inside))
            elif len(inside[0]) - len(folder) < DEEPEST:
                waiting.append(inside)
        if max(len(found), folders + len(waiting)) > MOST_FILES:
            raise InvalidParameter(
                "artifact.too_many_files",
                f"There are more than {MOST_FILES} files here, and an archive holds no more. Fetch the folders inside"
                " one by one.",
                limit=MOST_FILES,
            )
    if not found:
        try:
            await store.stat(folder)
        except ResourceNotFound as error:
            raise ResourceNotFound("artifact.not_found", "There are no files at this place.") from error
        return [ArchivedFile(folder, f"{top}/{folder[-1]}")]
    return sorted(found, key=lambda file: file.name)


async def archive_chunks(store: ArtifactStore, files: Sequence[ArchivedFile]) -> AsyncGenerator[bytes, None]:
    """Hand out an archive, piece by piece.

    Args:
        store: Where the files are.
        files: What goes into it.

    Raises:
        TrialogError: A file is gone or cannot be read. What was handed out is no whole archive then.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=_STORED_BLOCKS) as archive:
        for file in files:
            async with await store.open(file.path) as reader:
                async for piece in _part(archive, sink, file, reader):
                    yield piece
    yield sink.taken()


async def _part(
    archive: zipfile.ZipFile, sink: "_Sink", file: ArchivedFile, reader: ArtifactReader
) -> AsyncIterator[bytes]:
    # How long the part becomes is known only behind it: there must be room for any length.
    part = archive.open(file.name, "w", force_zip64=True)
    try:
        async for piece in reader:
            await asyncio.to_thread(part.write, piece)
            yield sink.taken()
    finally:
        part.close()
    # What stands at the end of the archive counts.
    about = archive.filelist[-1]
    about.date_time = _time_of(reader.info.modified_time)
    about.external_attr = _RIGHTS


def _time_of(milliseconds: int) -> tuple[int, int, int, int, int, int]:
    """Return a time as archives have it: without zone, and within their years."""
    moment = time.gmtime(max(0, milliseconds) // 1000)
    if moment.tm_year < _EARLIEST[0]:
        return _EARLIEST
    year = min(moment.tm_year, _LATEST_YEAR)
    return year, moment.tm_mon, moment.tm_mday, moment.tm_hour, moment.tm_min, moment.tm_sec


class _Sink(io.RawIOBase):
    """Takes what is written until somebody comes for it; cannot go back, so that nothing has to be kept."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: object, /) -> int:
        content = bytes(piece)  # type: ignore[call-overload]  # any buffer, which typing cannot say before 3.12
        self._pieces.append(content)
        return len(content)

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        content = b"".join(self._pieces)
        self._pieces.clear()
        return content
