"""One file on its way in or out, in blocking steps of about 1 MiB that a thread can run one after the other."""

import contextlib
import hashlib
import os
import threading
from collections.abc import Callable, Sequence

from trialog.artifacts.rooted import RootedFolder
from trialog.artifacts.staging import StagingArea
from trialog.contracts.artifact_store import ArtifactInfo, ArtifactPath, ByteRange, WrittenArtifact
from trialog.errors import RangeNotSatisfiable

PIECE_BYTES = 1024 * 1024
"""How much one step reads or writes: few changes of thread, little memory."""
_SYNCHRONIZE_EVERY_BYTES = 32 * PIECE_BYTES


class IncomingFile:
    """A file that grows in staging and takes its name when it is complete.

    Steps may come from any thread; a step waits for the one before it.

    Args:
        folder: The root.
        staging: Where to grow.
    """

    def __init__(self, folder: RootedFolder, staging: StagingArea) -> None:
        self._folder = folder
        self._staging = staging
        self._path = staging.new_path()
        self._step = threading.Lock()
        self._descriptor: int | None = None
        self._is_over = False
        self._digest = hashlib.sha256()
        self._size = 0
        self._unsynchronized = 0

    def append(self, chunks: Sequence[bytes]) -> None:
        """Write the next pieces of the content."""
        with self._step:
            if not self._is_over:
                self._append(chunks)

    def publish(self, chunks: Sequence[bytes], place: Callable[[str], ArtifactPath]) -> WrittenArtifact:
        """Write the last pieces, make the file durable and give it its name.

        Args:
            chunks: The last pieces.
            place: From the content's SHA-256 to the path that the file takes.

        Returns:
            Size and digest of the whole content.
        """
        with self._step:
            os.fsync(self._append(chunks))
            self._close()
            written = WrittenArtifact(size=self._size, sha256=self._digest.hexdigest())
            target = place(written.sha256)
            self._folder.move(self._path, target)
            self._is_over = True
            # A folder deleted in this very moment needs no synchronising.
            with contextlib.suppress(FileNotFoundError):
                self._folder.synchronize(target[:-1])
            return written

    def discard(self) -> None:
        """Leave nothing of the file, unless it has its name already."""
        with self._step:
            self._close()
            if not self._is_over:
                self._is_over = True
                self._staging.discard(self._path)

    def _append(self, chunks: Sequence[bytes]) -> int:
        if self._descriptor is None:
            self._descriptor = self._folder.create_file(self._path)
        # One long piece lets go of the interpreter once for hashing and once for writing, many short ones do so for
        # each, and wait for it each time.
        content = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        self._digest.update(content)
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        self._size += len(content)
        self._unsynchronized += len(content)
        # Written out as it comes, so that no fsync on this disk, this one's last or another's, has much to wait for.
        if self._unsynchronized >= _SYNCHRONIZE_EVERY_BYTES:
            os.fsync(self._descriptor)
            self._unsynchronized = 0
        return self._descriptor

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class OutgoingFile:
    """A file that is being read, or a range of it.

    Steps may come from any thread; a step waits for the one before it. If it is short its content is read at once and
    the descriptor is not kept.

    Args:
        folder: The root.
        path: The file.
        byte_range: The part to read; the whole file if None.
    """

    def __init__(self, folder: RootedFolder, path: ArtifactPath, byte_range: ByteRange | None) -> None:
        self._step = threading.Lock()
        self._descriptor: int | None = folder.open_file(path)
        self._first = b""
        with contextlib.ExitStack() as opened:
            opened.callback(self.close)
            self.info = info_of(os.fstat(self._descriptor))
            self.start, self.length = _resolve(byte_range, self.info.size, path)
            self._remaining = self.length
            os.lseek(self._descriptor, self.start, os.SEEK_SET)
            if self.length <= PIECE_BYTES:
                self._first = self.read()
            else:
                opened.pop_all()

    def take_first(self) -> bytes:
        """Return the content if it was short enough to be read at once, else nothing."""
        first, self._first = self._first, b""
        return first

    def read(self) -> bytes:
        """Return the next piece; nothing at the end, or after `close`."""
        with self._step:
            if self._descriptor is None:
                return b""
            piece = os.read(self._descriptor, min(PIECE_BYTES, self._remaining))
            self._remaining -= len(piece)
            return piece

    def close(self) -> None:
        """Let go of the file."""
        with self._step:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None


def info_of(status: os.stat_result) -> ArtifactInfo:
    """Return what a caller may know of a file's status."""
    return ArtifactInfo(
        size=status.st_size,
        modified_time=status.st_mtime_ns // 1_000_000,
        etag=f"{status.st_ino:x}-{status.st_mtime_ns:x}-{status.st_size:x}",
    )


def _resolve(byte_range: ByteRange | None, size: int, path: ArtifactPath) -> tuple[int, int]:
    """Return first byte and length of a range of a file of this size."""
    if byte_range is None:
        return 0, size
    start = byte_range.start if byte_range.start >= 0 else max(0, size + byte_range.start)
    length = size - start if byte_range.length is None else min(byte_range.length, size - start)
    if length <= 0:
        raise RangeNotSatisfiable(
            "artifact.range_not_satisfiable",
            f"The range asked of {'/'.join(path)!r} holds no byte of its {size}.",
            path="/".join(path),
            size=size,
        )
    return start, length
