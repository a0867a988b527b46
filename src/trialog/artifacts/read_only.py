"""Artifacts of a folder that is only read: not even a folder for uploads is made in it."""

import asyncio
from collections.abc import AsyncIterable, Sequence
from pathlib import Path
from typing import Final

from trialog.artifacts.local import LocalArtifactStore
from trialog.artifacts.rooted import rooted_folder
from trialog.contracts.artifact_store import ArtifactPath, UploadedPart, WrittenArtifact
from trialog.contracts.lasting_threads import LastingThreads
from trialog.errors import PermissionDenied

_THREADS: Final = 8
_LONG_STEPS: Final = 3


class ReadOnlyArtifactStore(LocalArtifactStore):
    """Artifacts as files under one folder, to which every change is refused; see `ArtifactStore`.

    Args:
        root: The folder; it must be there.

    Raises:
        OSError: It cannot be opened.
    """

    def __init__(self, root: Path) -> None:
        # Not that of the class above, which makes folders for uploads.
        self._folder = rooted_folder(root)
        self._threads = LastingThreads(_THREADS, "trialog-artifacts")
        self._long_steps = asyncio.Semaphore(_LONG_STEPS)

    async def write(self, path: ArtifactPath, chunks: AsyncIterable[bytes]) -> WrittenArtifact:
        """Refuse."""
        raise self._read_only()

    async def delete(self, path: ArtifactPath) -> None:
        """Refuse."""
        raise self._read_only()

    async def create_multipart_upload(self, path: ArtifactPath, part_count: int) -> str:
        """Refuse."""
        raise self._read_only()

    async def multipart_upload_path(self, upload_id: str) -> ArtifactPath:
        """Refuse."""
        raise self._read_only()

    async def multipart_upload_key(self, upload_id: str) -> bytes:
        """Refuse."""
        raise self._read_only()

    async def write_part(self, upload_id: str, number: int, chunks: AsyncIterable[bytes]) -> str:
        """Refuse."""
        raise self._read_only()

    async def complete_multipart_upload(
        self, path: ArtifactPath, upload_id: str, parts: Sequence[UploadedPart]
    ) -> WrittenArtifact:
        """Refuse."""
        raise self._read_only()

    async def abort_multipart_upload(self, path: ArtifactPath, upload_id: str) -> None:
        """Refuse."""
        raise self._read_only()

    async def close(self) -> None:
        """Finish what is under way and let go of threads."""
        await asyncio.to_thread(self._threads.shutdown)

    def _read_only(self) -> PermissionDenied:
        return PermissionDenied(
            "artifact.read_only",
            f"Nothing was changed: the artifacts in {self.root} belong to MLflow and are only read here. To log, name"
            " a store of Trialog, such as --backend-store-uri sqlite:///trialog.db.",
        )
