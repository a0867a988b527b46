"""The local disk keeps the promises of an artifact store, by either way of reaching files."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.artifact_store_contract import ArtifactStoreContract, MultipartUploadContract
from trialog.artifacts import LocalArtifactStore
from trialog.artifacts.rooted import ResolvingFolder

pytestmark = pytest.mark.anyio


class TestLocalArtifacts(ArtifactStoreContract, MultipartUploadContract):
    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[LocalArtifactStore]:
        store = LocalArtifactStore(tmp_path / "root")
        yield store
        await store.close()


class TestLocalArtifactsByWholePaths(ArtifactStoreContract, MultipartUploadContract):
    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[LocalArtifactStore]:
        store = LocalArtifactStore(tmp_path / "root", open_folder=ResolvingFolder)
        yield store
        await store.close()
