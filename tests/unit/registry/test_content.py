"""What is read of a version's files, and when to stop."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.new_store import open_new_store
from trialog.artifacts import ArtifactRoots, LocalArtifactStore, open_artifact_roots
from trialog.entities import ModelContent
from trialog.registry import content
from trialog.registry.content import read_content
from trialog.store import SqlStore

pytestmark = pytest.mark.anyio


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    """An empty store."""
    opened = await open_new_store(tmp_path / "x.db")
    yield opened
    await opened.close()


@pytest.fixture
async def roots(tmp_path: Path) -> AsyncIterator[ArtifactRoots]:
    """Artifacts of which some are there: two files, of 3 and 4 bytes, one of them in a folder."""
    opened = open_artifact_roots(str(tmp_path / "artifacts"))
    assert isinstance(opened.proxied, LocalArtifactStore)
    folder = tmp_path / "artifacts" / "model" / "data"
    folder.mkdir(parents=True)
    (folder / "weights").write_bytes(b"1234")
    (folder.parent / "MLmodel").write_bytes(b"{}\n")
    yield opened
    await opened.close()


async def test_all_files_are_counted(store: SqlStore, roots: ArtifactRoots) -> None:
    assert await read_content(store, roots, "mlflow-artifacts:/model") == ModelContent(size_bytes=7)
    assert await read_content(store, roots, "mlflow-artifacts:/model/data/weights") == ModelContent(size_bytes=4)


async def test_what_is_too_much_is_not_counted(
    store: SqlStore, roots: ArtifactRoots, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(content, "_MAXIMUM_ENTRIES", 2)
    assert await read_content(store, roots, "mlflow-artifacts:/model") == ModelContent()
    (tmp_path / "artifacts" / "model" / "MLmodel").write_bytes(b"model_size_bytes: 99")
    assert await read_content(store, roots, "mlflow-artifacts:/model") == ModelContent(size_bytes=99)


async def test_a_link_is_not_followed(store: SqlStore, roots: ArtifactRoots, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "MLmodel").write_bytes(b"flavors: {sklearn: {}}")
    try:
        (tmp_path / "artifacts" / "linked").symlink_to(tmp_path / "secret", target_is_directory=True)
    except OSError:
        pytest.skip("this system makes no symbolic links")
    assert await read_content(store, roots, "mlflow-artifacts:/linked") == ModelContent()


@pytest.mark.parametrize(
    "location",
    [
        "s3://bucket/model",
        "artifacts/model",
        "mlflow-artifacts:/nothing",
        "mlflow-artifacts:/../x",
        "/etc",
        "runs:/x/y",
    ],
)
async def test_what_is_elsewhere_says_nothing(store: SqlStore, roots: ArtifactRoots, location: str) -> None:
    assert await read_content(store, roots, location) == ModelContent()
