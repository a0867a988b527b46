"""What a store of artifacts promises: files in a tree of folders, streamed both ways."""

from collections.abc import AsyncIterable, AsyncIterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self, TypeAlias

ArtifactPath: TypeAlias = tuple[str, ...]
"""Names from the store's root down to a file or folder; the empty tuple is the root itself."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """A part of a file.

    Args:
        start: First byte; a negative number counts from the end of the file.
        length: How many bytes at most; None reads to the end.
    """

    start: int = 0
    length: int | None = None


@dataclass(frozen=True, slots=True)
class ArtifactInfo:
    """What is known of a stored file without reading it.

    Args:
        size: Bytes of the whole file.
        modified_time: Milliseconds since 1970-01-01 UTC.
        etag: Text without quotes that changes whenever the content is replaced.
    """

    size: int
    modified_time: int
    etag: str


@dataclass(frozen=True, slots=True)
class ArtifactEntry:
    """One line of a folder's listing.

    Args:
        name: The last name of its path.
        is_directory: Whether it is a folder.
        size: Bytes of a file; None for a folder.
    """

    name: str
    is_directory: bool
    size: int | None


@dataclass(frozen=True, slots=True)
class WrittenArtifact:
    """What was stored.

    Args:
        size: Bytes of the file.
        sha256: Hexadecimal SHA-256 of its content, computed while it streamed by.
    """

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class UploadedPart:
    """One part of a multipart upload, as the client names it when it completes the upload.

    Args:
        number: 1 for the first part.
        etag: What `write_part` answered for it.
    """

    number: int
    etag: str


class ArtifactReader(Protocol):
    """An open file, or a range of it: one content, even if the path is written anew or deleted meanwhile.

    Iterate over it once for its bytes, in pieces of about 1 MiB. It is its own asynchronous context manager.
    """

    @property
    def info(self) -> ArtifactInfo:
        """Size, time and etag of the whole file."""
        ...

    @property
    def start(self) -> int:
        """First byte that is read, counted from the beginning of the file."""
        ...

    @property
    def length(self) -> int:
        """How many bytes are read."""
        ...

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    async def close(self) -> None:
        """Let go of the file; doing so twice, or in the middle of reading, does no harm."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...


class ArtifactStore(Protocol):
    """Files in a tree of folders under one root.

    Methods are coroutines of one event loop and never keep it waiting for the storage. Several processes may work
    on the same root. Memory is bounded by a few pieces of 1 MiB per stream, however large the file.

    Whole files: a file appears under its path complete or not at all. A reader that began before a write ends sees
    the old content to its end. Of several writes to one path the last to finish stays; contents are never mixed.
    What is being uploaded is in no listing.

    Durable: a method answers after its effect would survive a crash of the machine.

    Paths are tuples of names, made from a client's text by `trialog.artifacts.parse_artifact_path`. Folders come into
    being with the first file under them. A symbolic link is neither followed nor listed.

    Every method raises:
        InvalidParameter: The path cannot name anything in this store (`artifact.invalid_path`), or leads over a
            symbolic link (`artifact.symbolic_link`).
        TemporarilyUnavailable: The storage is full (`artifact.storage_full`) or refuses for a reason of its own
            (`artifact.storage_unavailable`); nothing was changed.
    """

    async def open(self, path: ArtifactPath, byte_range: ByteRange | None = None) -> ArtifactReader:
        """Open a file for reading.

        Args:
            path: The file.
            byte_range: The part to read; the whole file if None. A range that ends behind the file is cut short.

        Raises:
            ResourceNotFound: There is no such file (`artifact.not_found`), or it is a folder
                (`artifact.is_directory`).
            RangeNotSatisfiable: The range holds no byte of the file (`artifact.range_not_satisfiable`).
        """
        ...

    async def stat(self, path: ArtifactPath) -> ArtifactInfo:
        """Return size, time and etag of a file.

        Raises:
            ResourceNotFound: As for `open`.
        """
        ...

    async def write(self, path: ArtifactPath, chunks: AsyncIterable[bytes]) -> WrittenArtifact:
        """Store a file, replacing what stood there.

        If `chunks` raises, or the task is cancelled before it ended, nothing is left of the upload and the former
        content stays.

        Args:
            path: The file; missing folders above it are made.
            chunks: The content, in pieces of any size; none at all makes an empty file.

        Raises:
            InvalidParameter: The path is a folder (`artifact.is_directory`) or leads through a file
                (`artifact.parent_is_file`). Known before the first piece is asked for.
        """
        ...

    async def list_directory(self, path: ArtifactPath) -> list[ArtifactEntry]:
        """Return what a folder holds, sorted by name (code point by code point).

        A folder that is not there holds nothing, and so does a file: neither is an error.
        """
        ...

    async def delete(self, path: ArtifactPath) -> None:
        """Delete a file, or a folder with all under it; what is not there needs no deleting.

        A folder leaves the listings at once as a whole.

        Raises:
            InvalidParameter: The path is the root of the store (`artifact.invalid_path`).
        """
        ...

    async def create_multipart_upload(self, path: ArtifactPath, part_count: int) -> str:
        """Begin a file that arrives in parts, each in a request of its own.

        It survives a restart of the server; one that gets no part for a day is given up.

        Args:
            path: The file that the parts will make.
            part_count: How many parts there will be, 1 to 10,000.

        Returns:
            The upload's id.

        Raises:
            InvalidParameter: `part_count` is out of range (`artifact.invalid_part`), or as for `write`.
        """
        ...

    async def multipart_upload_path(self, upload_id: str) -> ArtifactPath:
        """Return the path that an upload was created for.

        Raises:
            ResourceNotFound: There is no such upload (`artifact.upload_not_found`).
        """
        ...

    async def multipart_upload_key(self, upload_id: str) -> bytes:
        """Return the secret of an upload, the same to every process: 32 bytes that no client is shown.

        Raises:
            ResourceNotFound: There is no such upload (`artifact.upload_not_found`).
        """
        ...

    async def write_part(self, upload_id: str, number: int, chunks: AsyncIterable[bytes]) -> str:
        """Store one part, whole or not at all; a part may be sent again, in any order, several at a time.

        Returns:
            The part's etag.

        Raises:
            ResourceNotFound: There is no such upload (`artifact.upload_not_found`).
            InvalidParameter: The number is not within 1 and the number of parts (`artifact.invalid_part`).
        """
        ...

    async def complete_multipart_upload(
        self, path: ArtifactPath, upload_id: str, parts: Sequence[UploadedPart]
    ) -> WrittenArtifact:
        """Make the file of its parts, in the order of their numbers, and forget the upload.

        If it is refused the parts stay, so that it can be asked again.

        Args:
            path: The path the upload was created for.
            upload_id: What `create_multipart_upload` answered.
            parts: Every part, with the etag that `write_part` answered.

        Raises:
            ResourceNotFound: There is no such upload for this path (`artifact.upload_not_found`).
            InvalidParameter: A part is missing, named twice, or its etag is not that of what was stored
                (`artifact.invalid_part`); or as for `write`.
        """
        ...

    async def abort_multipart_upload(self, path: ArtifactPath, upload_id: str) -> None:
        """Give an upload up and remove its parts; one that is not there for this path needs no giving up."""
        ...

    async def close(self) -> None:
        """Finish what is under way and let go of files and threads."""
        ...
