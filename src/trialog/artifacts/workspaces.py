"""Artifacts of one workspace, where a server has several: nothing else is found, listed or written.

Under the server's root the default workspace has everything but the folder of workspaces, in which each other one has a
folder of its own. Clients may leave that out of their paths: what lies in it is all that they can name.
"""

import os
import re
from collections.abc import AsyncIterable, Callable, Collection, Sequence
from typing import Final

from trialog.artifacts.multipart import upload_not_found
from trialog.artifacts.paths import folded_name, parse_artifact_path
from trialog.artifacts.roots import ArtifactLocation, ArtifactRoots
from trialog.contracts.artifact_store import (
    ArtifactEntry,
    ArtifactInfo,
    ArtifactPath,
    ArtifactReader,
    ArtifactStore,
    ByteRange,
    UploadedPart,
    WrittenArtifact,
)
from trialog.entities.workspace import WORKSPACES_FOLDER
from trialog.errors import InvalidParameter

# As Windows shortens names where it does.
_SHORT_NAME: Final = re.compile(r"works[^.]?~[0-9]+.*")


class WorkspaceArtifacts:
    """What of a store belongs to a workspace. Implements `ArtifactStore`.

    Args:
        store: All artifacts.
        folder: Folder of the workspace; empty for the default one.
        inherited: Returns the folders that belong to the default workspace besides.
    """

    def __init__(self, store: ArtifactStore, folder: str, inherited: Callable[[], Collection[str]]) -> None:
        self._store = store
        self._folder = folder
        self._inherited = inherited

    def inside(self, path: ArtifactPath) -> ArtifactPath:
        """Return where a path of this workspace lies in the store; what is such a place already stays.

        Raises:
            InvalidParameter: It is of another workspace (`artifact.other_workspace`).
        """
        if not path or not _is_workspaces(path[0]):
            return path if not self._folder else (WORKSPACES_FOLDER, self._folder, *path)
        is_named = path[0] == WORKSPACES_FOLDER and len(path) > 1
        if is_named and (path[1] == self._folder if self._folder else path[1] in self._inherited()):
            return path
        raise InvalidParameter(
            "artifact.other_workspace",
            f"A path that begins with {WORKSPACES_FOLDER!r} goes on with the folder of the workspace that the request"
            " is made in.",
        )

    async def open(self, path: ArtifactPath, byte_range: ByteRange | None = None) -> ArtifactReader:
        """See `ArtifactStore.open`."""
        return await self._store.open(self.inside(path), byte_range)

    async def stat(self, path: ArtifactPath) -> ArtifactInfo:
        """See `ArtifactStore.stat`."""
        return await self._store.stat(self.inside(path))

    async def write(self, path: ArtifactPath, chunks: AsyncIterable[bytes]) -> WrittenArtifact:
        """See `ArtifactStore.write`."""
        return await self._store.write(self.inside(path), chunks)

    async def list_directory(self, path: ArtifactPath) -> list[ArtifactEntry]:
        """See `ArtifactStore.list_directory`."""
        found = await self._store.list_directory(self.inside(path))
        # Of the folders in it, the default workspace names those that are its own.
        return found if path or self._folder else [entry for entry in found if not _is_workspaces(entry.name)]

    async def delete(self, path: ArtifactPath) -> None:
        """See `ArtifactStore.delete`."""
        inside = self.inside(path)
        if inside[:1] == (WORKSPACES_FOLDER,) and len(inside) == 2:
            raise InvalidParameter(
                "artifact.invalid_path", "The folder of a workspace is not deleted by itself: delete the workspace."
            )
        await self._store.delete(inside)

    async def create_multipart_upload(self, path: ArtifactPath, part_count: int) -> str:
        """See `ArtifactStore.create_multipart_upload`."""
        return await self._store.create_multipart_upload(self.inside(path), part_count)

    async def multipart_upload_path(self, upload_id: str) -> ArtifactPath:
        """See `ArtifactStore.multipart_upload_path`."""
        path = await self._store.multipart_upload_path(upload_id)
        try:
            is_inside = self.inside(path) == path
        except InvalidParameter:
            is_inside = False
        if not is_inside:
            raise upload_not_found(upload_id)
        return path

    async def multipart_upload_key(self, upload_id: str) -> bytes:
        """See `ArtifactStore.multipart_upload_key`."""
        await self.multipart_upload_path(upload_id)
        return await self._store.multipart_upload_key(upload_id)

    async def write_part(self, upload_id: str, number: int, chunks: AsyncIterable[bytes]) -> str:
        """See `ArtifactStore.write_part`."""
        await self.multipart_upload_path(upload_id)
        return await self._store.write_part(upload_id, number, chunks)

    async def complete_multipart_upload(
        self, path: ArtifactPath, upload_id: str, parts: Sequence[UploadedPart]
    ) -> WrittenArtifact:
        """See `ArtifactStore.complete_multipart_upload`."""
        return await self._store.complete_multipart_upload(self.inside(path), upload_id, parts)

    async def abort_multipart_upload(self, path: ArtifactPath, upload_id: str) -> None:
        """See `ArtifactStore.abort_multipart_upload`."""
        await self._store.abort_multipart_upload(self.inside(path), upload_id)

    async def close(self) -> None:
        """Do nothing: the store is closed by whoever opened it."""


class WorkspaceRoots(ArtifactRoots):
    """From an artifact URI to a place that belongs to a workspace.

    Args:
        roots: All artifacts.
        folder: Folder of the workspace; empty for the default one.
        inherited: Returns the folders that belong to the default workspace besides.
    """

    def __init__(
        self, roots: ArtifactRoots, folder: str, inherited: Callable[[], Collection[str]] = frozenset[str]
    ) -> None:
        self._all = roots
        self._folder = folder
        self._inherited = inherited
        self._stores: dict[int, WorkspaceArtifacts] = {}
        super().__init__(None if roots.proxied is None else self._of(roots.proxied))

    def proxied_path(self, text: str) -> ArtifactPath:
        """See `ArtifactRoots.proxied_path`."""
        path = parse_artifact_path(text)
        return path if self._all.proxied is None else self._of(self._all.proxied).inside(path)

    def locate(self, artifact_uri: str) -> ArtifactLocation:
        """See `ArtifactRoots.locate`; what is of another workspace is not served here."""
        location = self._all.locate(artifact_uri)
        mine = self._of(location.store)
        return ArtifactLocation(mine, mine.inside(location.prefix))

    async def close(self) -> None:
        """Do nothing: the stores are closed by whoever opened them."""

    def _of(self, store: ArtifactStore) -> WorkspaceArtifacts:
        """Return the part of a store, the same each time: places are told apart by it."""
        mine = self._stores.get(id(store))
        if mine is None:
            mine = self._stores[id(store)] = WorkspaceArtifacts(store, self._folder, self._inherited)
        return mine


def _is_workspaces(name: str) -> bool:
    """Tell whether a name leads to the folder of workspaces, or might."""
    folded = folded_name(name)
    return folded == WORKSPACES_FOLDER or (os.name == "nt" and _SHORT_NAME.fullmatch(folded) is not None)
