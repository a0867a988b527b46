"""Artifacts of another server, by the run or logged model that they belong to: read, and not written.

That server fetches them from wherever they are. What it sends flows through; nothing of it is loaded.
"""

import re
from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Final, NoReturn, Self
from urllib.parse import quote, urlencode

from trialog.contracts.artifact_store import (
    ArtifactEntry,
    ArtifactInfo,
    ArtifactPath,
    ByteRange,
    UploadedPart,
    WrittenArtifact,
)
from trialog.errors import ConnectionFailed, NotImplementedHere, RangeNotSatisfiable, ResourceNotFound
from trialog.remote import messages
from trialog.remote.server import RemoteFile, RemoteServer

RUNS: Final = "runs"
LOGGED_MODELS: Final = "logged-models"

_RUN: Final = re.compile(r".*/(?P<id>[A-Za-z0-9][\w-]{7,255})/artifacts(?:/(?P<path>[^?#]*))?(?:[?#].*)?", re.DOTALL)
_MODEL: Final = re.compile(r".*/models/(?P<id>m-[0-9a-f]{32})/artifacts(?:/(?P<path>[^?#]*))?(?:[?#].*)?", re.DOTALL)
_BY_ID: Final = re.compile(r"models:/(?P<id>m-[0-9a-f]{32})(?:/(?P<path>.*))?", re.DOTALL)
_PART: Final = re.compile(r"bytes (?P<first>[0-9]{1,18})-(?P<last>[0-9]{1,18})/(?P<size>[0-9]{1,18})")
# Parts of paths, and control characters: whoever unpacks an archive with such a name in it would write elsewhere.
_NO_NAME: Final = re.compile(r"\.{1,2}|.*[/\\\x00-\x1f\x7f].*|", re.DOTALL)
_MOST_PAGES: Final = 100
_MOST_ENTRIES: Final = 100_000


def owner_of(uri: str) -> ArtifactPath | None:
    """Return the path of what an artifact URI names, as `RemoteArtifacts` has it; None if that is not known.

    Args:
        uri: The URI, as MLflow makes those of runs and logged models, or one below.
    """
    for pattern, kind in ((_BY_ID, LOGGED_MODELS), (_MODEL, LOGGED_MODELS), (_RUN, RUNS)):
        if (match := pattern.fullmatch(uri)) is not None:
            below = tuple(name for name in (match["path"] or "").split("/") if name)
            return None if {".", ".."} & set(below) else (kind, match["id"], *below)
    return None


class RemoteReader:
    """Implements `ArtifactReader`.

    Args:
        file: The file as it comes.
        info: What is known of it.
        start: First byte that is read.
        length: How many bytes are read.
        skipped: How many bytes come before.
    """

    def __init__(self, file: RemoteFile, info: ArtifactInfo, start: int, length: int, skipped: int = 0) -> None:
        self._file = file
        self._info = info
        self._start = start
        self._length = length
        self._skipped = skipped

    @property
    def info(self) -> ArtifactInfo:
        """See `ArtifactReader.info`."""
        return self._info

    @property
    def start(self) -> int:
        """See `ArtifactReader.start`."""
        return self._start

    @property
    def length(self) -> int:
        """See `ArtifactReader.length`."""
        return self._length

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the bytes."""
        before, left = self._skipped, self._length
        async for piece in self._file.chunks():
            part = piece[before : before + left]
            before = max(0, before - len(piece))
            left -= len(part)
            if part:
                yield part
            if left <= 0:
                return

    async def close(self) -> None:
        """See `ArtifactReader.close`."""
        await self._file.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()


class RemoteArtifacts:
    """Implements `ArtifactStore`: `runs/<id>/...` and `logged-models/<id>/...`.

    Args:
        server: The other server.
    """

    def __init__(self, server: RemoteServer) -> None:
        self._server = server

    async def open(self, path: ArtifactPath, byte_range: ByteRange | None = None) -> RemoteReader:
        """See `ArtifactStore.open`."""
        headers = {} if byte_range is None else {"Range": _range_header(byte_range)}
        file = await self._server.open(self._address(path), headers)
        try:
            return _reader(file, byte_range, self._server.url)
        except BaseException:
            await file.close()
            raise

    async def stat(self, path: ArtifactPath) -> ArtifactInfo:
        """See `ArtifactStore.stat`."""
        async with await self.open(path) as reader:
            return reader.info

    async def list_directory(self, path: ArtifactPath) -> list[ArtifactEntry]:
        """See `ArtifactStore.list_directory`."""
        folder = "/".join(self._below(path))
        found: list[ArtifactEntry] = []
        token: str | None = None
        for _ in range(_MOST_PAGES):
            answer = await self._page(path, token)
            entries = (_entry(one) for one in answer.files if one.path.rstrip("/") != folder)
            # As on this server's own disk: a file that no client could ask for is left out.
            found += [entry for entry in entries if _NO_NAME.fullmatch(entry.name) is None]
            token = answer.next_page_token
            if not token or len(found) > _MOST_ENTRIES:
                break
        return sorted(found, key=lambda entry: entry.name)

    async def write(self, path: ArtifactPath, chunks: AsyncIterable[bytes]) -> WrittenArtifact:
        """Refuse to write.

        Raises:
            NotImplementedHere: Always (`remote.no_uploads`).
        """
        del chunks
        _no_uploads(path)

    async def delete(self, path: ArtifactPath) -> None:
        """Refuse to delete.

        Raises:
            NotImplementedHere: Always (`remote.no_uploads`).
        """
        _no_uploads(path)

    async def create_multipart_upload(self, path: ArtifactPath, part_count: int) -> str:
        """Refuse to write."""
        del part_count
        _no_uploads(path)

    async def multipart_upload_path(self, upload_id: str) -> ArtifactPath:
        """Refuse to write."""
        _no_uploads((upload_id,))

    async def multipart_upload_key(self, upload_id: str) -> bytes:
        """Refuse to write."""
        _no_uploads((upload_id,))

    async def write_part(self, upload_id: str, number: int, chunks: AsyncIterable[bytes]) -> str:
        """Refuse to write."""
        del number, chunks
        _no_uploads((upload_id,))

    async def complete_multipart_upload(
        self, path: ArtifactPath, upload_id: str, parts: Sequence[UploadedPart]
    ) -> WrittenArtifact:
        """Refuse to write."""
        del upload_id, parts
        _no_uploads(path)

    async def abort_multipart_upload(self, path: ArtifactPath, upload_id: str) -> None:
        """Refuse to write."""
        del upload_id
        _no_uploads(path)

    async def close(self) -> None:
        """Do nothing: who opened the connection closes it."""

    def _below(self, path: ArtifactPath) -> ArtifactPath:
        """Return what of a path stands in listings."""
        return path[2:]

    def _address(self, path: ArtifactPath) -> str:
        kind, owner, *below = path
        name = "/".join(below)
        if not below:
            raise ResourceNotFound("artifact.is_directory", "This is a folder: name a file in it.")
        if kind == RUNS:
            return f"/get-artifact?{urlencode({'run_id': owner, 'path': name})}"
        query = urlencode({"artifact_file_path": name})
        return f"/ajax-api/2.0/mlflow/logged-models/{quote(owner, safe='')}/artifacts/files?{query}"

    async def _page(self, path: ArtifactPath, token: str | None) -> messages.FilesAnswer:
        kind, owner, *below = path
        folder = "/".join(below) or None
        if kind == RUNS:
            return await self._server.ask(
                "list_artifacts", messages.FilesAnswer, run_id=owner, path=folder, page_token=token
            )
        return await self._server.ask(
            "list_logged_model_artifacts",
            messages.FilesAnswer,
            model_id=owner,
            artifact_directory_path=folder,
            page_token=token,
        )


class RemoteProxiedArtifacts(RemoteArtifacts):
    """Artifacts of another server by their path under its root, as its clients ask for them.

    Args:
        server: The other server.
    """

    def _below(self, path: ArtifactPath) -> ArtifactPath:
        # Listings have last names alone.
        del path
        return ()

    def _address(self, path: ArtifactPath) -> str:
        return f"/api/2.0/mlflow-artifacts/artifacts/{quote('/'.join(path), safe='/')}"

    async def _page(self, path: ArtifactPath, token: str | None) -> messages.FilesAnswer:
        del token
        return await self._server.ask("list_proxied_artifacts", messages.FilesAnswer, path="/".join(path) or None)


def _range_header(byte_range: ByteRange) -> str:
    if byte_range.start < 0:
        return f"bytes={byte_range.start}"
    last = "" if byte_range.length is None else str(byte_range.start + max(byte_range.length, 1) - 1)
    return f"bytes={byte_range.start}-{last}"


def _reader(file: RemoteFile, byte_range: ByteRange | None, url: str) -> RemoteReader:
    headers = file.answer.headers
    if file.answer.status == 206:
        part = _PART.fullmatch(headers.get("content-range", ""))
        if part is None or byte_range is None:
            raise _no_sense(url)
        first, last, size = (int(part[name]) for name in ("first", "last", "size"))
        if not first <= last < size:
            raise _no_sense(url)
        return RemoteReader(file, _info(headers, size), first, last - first + 1)
    size_text = headers.get("content-length", "")
    if not (size_text.isascii() and size_text.isdigit()):
        raise _no_sense(url)
    size = int(size_text)
    if byte_range is None:
        return RemoteReader(file, _info(headers, size), 0, size)
    # The part is taken out of the whole.
    start = max(0, size + byte_range.start) if byte_range.start < 0 else byte_range.start
    if start >= size:
        raise RangeNotSatisfiable("artifact.range_not_satisfiable", "The asked bytes lie outside the file.", size=size)
    length = size - start if byte_range.length is None else min(byte_range.length, size - start)
    return RemoteReader(file, _info(headers, size), start, length, start)


def _info(headers: Mapping[str, str], size: int) -> ArtifactInfo:
    try:
        modified = int(parsedate_to_datetime(headers["last-modified"]).timestamp() * 1000)
    except (KeyError, TypeError, ValueError):
        modified = 0
    tag = re.sub(r"[^!-~]|[\"\\]", "", headers.get("etag", "").removeprefix("W/"))[:100]
    return ArtifactInfo(size, modified, tag or f"{size}-{modified}")


def _entry(message: messages.FileMessage) -> ArtifactEntry:
    name = message.path.rstrip("/").rpartition("/")[2]
    # A file without a size is one all the same.
    return ArtifactEntry(name, message.is_dir, None if message.is_dir else max(0, message.file_size or 0))


def _no_sense(url: str) -> ConnectionFailed:
    return ConnectionFailed(
        "remote.no_sense", f"The server at {url} does not say how long the file is that it sends.", url=url
    )


def _no_uploads(path: ArtifactPath) -> NoReturn:
    raise NotImplementedHere(
        "remote.no_uploads",
        f"Files of the other server are shown here, not changed: send {'/'.join(path)[:100]!r} to that server itself.",
    )
