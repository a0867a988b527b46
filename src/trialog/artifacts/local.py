"""Artifacts on local disk, under a root that the server owns."""

import asyncio
import contextlib
import errno
import stat
from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from trialog.artifacts.multipart import MultipartUploads, part_path
from trialog.artifacts.paths import is_addressable
from trialog.artifacts.rooted import RootedFolder, rooted_folder
from trialog.artifacts.staging import StagingArea
from trialog.artifacts.transfer import PIECE_BYTES, IncomingFile, OutgoingFile, info_of
from trialog.contracts.artifact_store import (
    ArtifactEntry,
    ArtifactInfo,
    ArtifactPath,
    ByteRange,
    UploadedPart,
    WrittenArtifact,
)
from trialog.contracts.lasting_threads import LastingThreads
from trialog.errors import ConfigurationError, InvalidParameter, ResourceNotFound, TemporarilyUnavailable, TrialogError

_THREADS = 8
# A folder of 100,000 files takes a second to list or to delete; short steps need not wait for several of those.
_LONG_STEPS = 3
_SOCKET = frozenset({errno.ENXIO, errno.EOPNOTSUPP})  # what systems say when a socket is opened like a file
_FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
# File systems differ in what they take: some allow shorter names, some no unassigned characters.
_UNNAMEABLE = frozenset({errno.ENAMETOOLONG, errno.EILSEQ})
_Answer = TypeVar("_Answer")


class LocalArtifactReader:
    """An open file on local disk; see `ArtifactReader`.

    Args:
        file: The file, in blocking steps.
        run: Runs a step in a thread.
    """

    def __init__(self, file: OutgoingFile, run: Callable[[Callable[[], bytes]], asyncio.Future[bytes]]) -> None:
        self._file = file
        self._run = run

    @property
    def info(self) -> ArtifactInfo:
        """Size, time and etag of the whole file."""
        return self._file.info

    @property
    def start(self) -> int:
        """First byte that is read, counted from the beginning of the file."""
        return self._file.start

    @property
    def length(self) -> int:
        """How many bytes are read."""
        return self._file.length

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if first := self._file.take_first():
            yield first
            return
        # The next piece is read while the network takes this one.
        coming = self._run(self._file.read)
        try:
            while piece := await coming:
                coming = self._run(self._file.read)
                yield piece
        finally:
            _forget(coming)
            await self.close()

    async def close(self) -> None:
        """Let go of the file; doing so twice, or in the middle of reading, does no harm."""
        # In a thread, for a step under way is waited for; shielded, for a cancelled request has to let go as well.
        await asyncio.shield(self._run(self._close))

    def _close(self) -> bytes:
        self._file.close()
        return b""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    def __del__(self) -> None:
        # An answer that was never begun, because the client had gone, leaves nobody to close.
        self._file.close()


class LocalArtifactStore:
    """Artifacts as files under one folder; see `ArtifactStore`.

    The tree on disk is the tree of paths, so MLflow's layout `<root>/<experiment>/<run>/artifacts/...` is read and
    written by both. Uploads grow in `<root>/.trialog-staging`; what a crash left there is swept at the start.

    Args:
        root: The folder; made if it is missing.
        open_folder: How to reach the files; the strongest way that this system has if not given.

    Raises:
        ConfigurationError: The folder cannot be made or written to (`artifact.root_unusable`).
    """

    def __init__(self, root: Path, *, open_folder: Callable[[Path], RootedFolder] = rooted_folder) -> None:
        try:
            root.mkdir(parents=True, exist_ok=True)
            self._folder = open_folder(root)
            self._staging = StagingArea(self._folder)
        except OSError as error:
            raise ConfigurationError(
                "artifact.root_unusable",
                f"The server cannot keep artifacts in {str(root)!r}: {error.strerror}. "
                "Name a folder that it may make and write to.",
                root=str(root),
            ) from error
        self._multipart = MultipartUploads(self._folder, self._staging)
        self._threads = LastingThreads(_THREADS, "trialog-artifacts")
        self._long_steps = asyncio.Semaphore(_LONG_STEPS)

    @property
    def root(self) -> Path:
        """The folder, with links on the way to it resolved."""
        return self._folder.root

    async def open(self, path: ArtifactPath, byte_range: ByteRange | None = None) -> LocalArtifactReader:
        """Open a file for reading."""
        return await self._run(self._open, path, byte_range)

    async def stat(self, path: ArtifactPath) -> ArtifactInfo:
        """Return size, time and etag of a file."""
        return await self._run(self._stat, path)

    async def write(self, path: ArtifactPath, chunks: AsyncIterable[bytes]) -> WrittenArtifact:
        """Store a file, replacing what stood there."""
        return await self._receive(chunks, lambda: self._check_target(path), lambda _: path)

    async def list_directory(self, path: ArtifactPath) -> list[ArtifactEntry]:
        """Return what a folder holds, sorted by name."""
        async with self._long_steps:
            return await self._run(self._list_directory, path)

    async def delete(self, path: ArtifactPath) -> None:
        """Delete a file, or a folder with all under it."""
        async with self._long_steps:
            await self._run(self._delete, path)

    async def create_multipart_upload(self, path: ArtifactPath, part_count: int) -> str:
        """Begin a file that arrives in parts."""

        def create() -> str:
            self._check_target(path)
            return self._multipart.create(path, part_count)

        return await self._run(create)

    async def multipart_upload_path(self, upload_id: str) -> ArtifactPath:
        """Return the path that an upload was created for."""
        return await self._run(self._multipart.path_of, upload_id)

    async def multipart_upload_key(self, upload_id: str) -> bytes:
        """Return the secret of an upload, from its folder in staging."""
        return await self._run(self._multipart.key_of, upload_id)

    async def write_part(self, upload_id: str, number: int, chunks: AsyncIterable[bytes]) -> str:
        """Store one part; its etag is the SHA-256 of its content."""
        written = await self._receive(
            chunks,
            lambda: self._multipart.check_part(upload_id, number),
            lambda sha256: part_path(upload_id, number, sha256),
        )
        return written.sha256

    async def complete_multipart_upload(
        self, path: ArtifactPath, upload_id: str, parts: Sequence[UploadedPart]
    ) -> WrittenArtifact:
        """Make the file of its parts, which need their space a second time for that moment."""

        def complete() -> WrittenArtifact:
            self._check_target(path)
            return self._multipart.complete(path, upload_id, parts)

        return await self._run(complete)

    async def abort_multipart_upload(self, path: ArtifactPath, upload_id: str) -> None:
        """Give an upload up and remove its parts."""
        await self._run(self._multipart.abort, path, upload_id)

    async def close(self) -> None:
        """Finish what is under way and let go of files and threads."""
        await asyncio.to_thread(self._threads.shutdown)
        await asyncio.to_thread(self._staging.close)

    async def _receive(
        self, chunks: AsyncIterable[bytes], check: Callable[[], None], place: Callable[[str], ArtifactPath]
    ) -> WrittenArtifact:
        """Write a stream to staging while it arrives, and give it its place at its end."""
        incoming = IncomingFile(self._folder, self._staging)
        writing: asyncio.Future[None] = self._run(check)
        try:
            await writing
            batch: list[bytes] = []
            size = 0
            async for chunk in chunks:
                batch.append(chunk)
                size += len(chunk)
                if size >= PIECE_BYTES:
                    await writing
                    # The disk takes this batch while the network brings the next.
                    writing = self._run(incoming.append, batch)
                    batch, size = [], 0
            await writing
            return await self._run(incoming.publish, batch, place)
        except BaseException:
            # Whatever ended the upload, a client that went away and a cancelled task included, nothing stays.
            _forget(writing)
            await asyncio.shield(self._run(incoming.discard))
            raise

    def _run(self, step: Callable[..., _Answer], *arguments: object) -> asyncio.Future[_Answer]:
        """Run a blocking step in a thread; what the system refuses is said as an error of ours."""

        def guarded() -> _Answer:
            try:
                return step(*arguments)
            except OSError as error:
                raise _translate(error) from error

        return asyncio.get_running_loop().run_in_executor(self._threads, guarded)

    def _open(self, path: ArtifactPath, byte_range: ByteRange | None) -> LocalArtifactReader:
        _refuse_root_as_file(path)
        try:
            return LocalArtifactReader(OutgoingFile(self._folder, path, byte_range), self._run)
        except (FileNotFoundError, NotADirectoryError):
            raise _not_found(path) from None
        except (IsADirectoryError, PermissionError) as error:
            # Windows refuses to open a folder with the error of missing rights.
            if isinstance(error, IsADirectoryError) or stat.S_ISDIR(self._folder.status(path).st_mode):
                raise _is_directory(path) from None
            raise
        except OSError as error:
            if error.errno in _SOCKET:
                raise _not_found(path) from None
            raise

    def _stat(self, path: ArtifactPath) -> ArtifactInfo:
        _refuse_root_as_file(path)
        try:
            status = self._folder.status(path)
        except (FileNotFoundError, NotADirectoryError):
            raise _not_found(path) from None
        if stat.S_ISDIR(status.st_mode):
            raise _is_directory(path)
        if not stat.S_ISREG(status.st_mode):
            raise _not_found(path)
        return info_of(status)

    def _list_directory(self, path: ArtifactPath) -> list[ArtifactEntry]:
        try:
            found = self._folder.scan(path)
        except (FileNotFoundError, NotADirectoryError):
            return []
        # A name that no client can ask for (the staging folder, or one that another program made) is left out: MLflow's
        # client breaks off the whole listing at it.
        entries = [
            ArtifactEntry(entry.name, entry.is_directory, entry.size) for entry in found if is_addressable(entry.name)
        ]
        return sorted(entries, key=lambda entry: entry.name)

    def _delete(self, path: ArtifactPath) -> None:
        if not path:
            raise InvalidParameter("artifact.invalid_path", "Invalid path: the artifact root itself cannot be deleted.")
        try:
            self._folder.status(path)
            trash = self._staging.new_path()
            self._folder.move(path, trash)
        except (FileNotFoundError, NotADirectoryError):
            return
        with contextlib.suppress(FileNotFoundError):
            self._folder.synchronize(path[:-1])
        self._staging.discard(trash)

    def _check_target(self, path: ArtifactPath) -> None:
        """Raise if no file can stand at a path."""
        text = "/".join(path)
        if not path:
            raise InvalidParameter("artifact.invalid_path", "Invalid path: name a file below the artifact root.")
        try:
            status = self._folder.status(path)
        except FileNotFoundError:
            return
        except NotADirectoryError:
            raise InvalidParameter(
                "artifact.parent_is_file", f"Cannot write {text!r}: a name on the way to it is a file.", path=text
            ) from None
        if stat.S_ISDIR(status.st_mode):
            raise InvalidParameter(
                "artifact.is_directory", f"Cannot write {text!r}: a directory of this name is there.", path=text
            )


def _forget(step: asyncio.Future[_Answer]) -> None:
    """Let a step end without anybody asking for its answer or its error."""
    step.add_done_callback(lambda done: done.cancelled() or done.exception())


def _refuse_root_as_file(path: ArtifactPath) -> None:
    if not path:
        raise _is_directory(path)


def _not_found(path: ArtifactPath) -> ResourceNotFound:
    text = "/".join(path)
    return ResourceNotFound("artifact.not_found", f"No such artifact: {text!r}", path=text)


def _is_directory(path: ArtifactPath) -> ResourceNotFound:
    text = "/".join(path)
    return ResourceNotFound(
        "artifact.is_directory", f"No such artifact: {text!r} is a directory; list it and ask for its files.", path=text
    )


def _translate(error: OSError) -> TrialogError:
    """Return the error that a client sees; places on the server's disk stay unsaid."""
    if error.errno in _FULL:
        return TemporarilyUnavailable(
            "artifact.storage_full",
            "The server's artifact storage is full; nothing was stored. Ask its operator to make room, then try again.",
        )
    if error.errno in _UNNAMEABLE:
        return InvalidParameter("artifact.invalid_path", "Invalid path: the storage cannot hold a file of this name.")
    if isinstance(error, IsADirectoryError | NotADirectoryError):
        # Somebody made a folder, or a file on the way, while this upload ran.
        return InvalidParameter(
            "artifact.is_directory",
            "Cannot write the artifact: a directory of this name, or a file above it, is there.",
        )
    return TemporarilyUnavailable(
        "artifact.storage_unavailable",
        f"The server's artifact storage refused: {error.strerror}. Nothing was changed; try again or ask its operator.",
    )
