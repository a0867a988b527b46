"""Which store, and which folder of it, an artifact URI names. Refusals are in `tests/security`."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from trialog.artifacts import ArtifactRoots, configured_folder, open_artifact_roots
from trialog.errors import ConfigurationError, InvalidParameter

pytestmark = pytest.mark.anyio


@pytest.fixture
async def roots(tmp_path: Path) -> AsyncIterator[ArtifactRoots]:
    roots = open_artifact_roots(str(tmp_path / "proxied"), str(tmp_path / "art"))
    yield roots
    await roots.close()


@pytest.mark.parametrize(
    ("uri", "prefix"),
    [
        ("mlflow-artifacts:/0/run/artifacts", ("0", "run", "artifacts")),
        ("mlflow-artifacts://host:5000/0/run/artifacts", ("0", "run", "artifacts")),
        ("mlflow-artifacts:///0/run/artifacts/", ("0", "run", "artifacts")),
        ("MLFLOW-ARTIFACTS:/0", ("0",)),
        ("mlflow-artifacts:/", ()),
        ("mlflow-artifacts://host", ()),
        ("mlflow-artifacts:/my%20experiment/run", ("my experiment", "run")),
        ("mlflow-artifacts:/my experiment/run", ("my experiment", "run")),
    ],
)
async def test_proxied_uris_lie_in_the_destination(roots: ArtifactRoots, uri: str, prefix: tuple[str, ...]) -> None:
    location = roots.locate(uri)
    assert location.store is roots.proxied
    assert location.prefix == prefix
    assert location.path("model/MLmodel") == (*prefix, "model", "MLmodel")


async def test_the_operators_local_root_is_opened_by_path_and_by_uri(roots: ArtifactRoots, tmp_path: Path) -> None:
    folder = tmp_path / "art"
    for uri in (
        str(folder / "0" / "run"),
        (folder / "0" / "run").as_uri(),
        f"file://localhost{folder.as_posix()}/0/run",
    ):
        location = roots.locate(uri)
        assert location.prefix == ("0", "run")
        assert location.store is not roots.proxied
    assert roots.locate(str(folder)).prefix == ()


async def test_what_a_client_names_cannot_leave_the_location(roots: ArtifactRoots) -> None:
    with pytest.raises(InvalidParameter, match="Invalid path"):
        roots.locate("mlflow-artifacts:/0/run/artifacts").path("../../other/artifacts/f")


async def test_one_folder_under_both_names_is_one_store(tmp_path: Path) -> None:
    roots = open_artifact_roots(str(tmp_path), tmp_path.as_uri())
    assert roots.locate("mlflow-artifacts:/0").store is roots.locate(f"{tmp_path}/0").store
    await roots.close()


async def test_a_root_behind_a_link_is_known_by_both_names(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    try:
        (tmp_path / "art").symlink_to(tmp_path / "disk")
    except OSError:
        pytest.skip("this system gives tests no right to make links")
    roots = open_artifact_roots(None, str(tmp_path / "art"))
    for name in ("art", "disk"):
        assert roots.locate(f"{tmp_path}/{name}/0").prefix == ("0",)
    await roots.close()


async def test_without_served_artifacts_proxied_uris_are_refused(tmp_path: Path) -> None:
    roots = open_artifact_roots(None)
    for uri in ("mlflow-artifacts:/0", str(tmp_path), tmp_path.as_uri()):
        with pytest.raises(InvalidParameter, match="is not served here"):
            roots.locate(uri)
    await roots.close()


@pytest.mark.parametrize("destination", ["s3://bucket/x", "gs://x", "file://host/share", "wasbs://key:secret@x/y"])
async def test_a_destination_that_is_no_folder_is_refused_at_the_start(destination: str) -> None:
    with pytest.raises(ConfigurationError, match="keeps them in a local folder") as caught:
        open_artifact_roots(destination)
    assert "secret" not in caught.value.message


async def test_a_default_root_elsewhere_is_no_error_and_not_opened() -> None:
    roots = open_artifact_roots(None, "s3://bucket/x")
    with pytest.raises(InvalidParameter, match="is not served here"):
        roots.locate("s3://bucket/x/0")
    await roots.close()


async def test_the_root_of_the_file_system_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="root of the file system"):
        configured_folder("/")
    with pytest.raises(ConfigurationError, match="root of the file system"):
        configured_folder("file:///")


async def test_a_relative_folder_is_taken_from_where_the_server_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert configured_folder("./mlartifacts") == tmp_path / "mlartifacts"
    assert configured_folder((tmp_path / "with space").as_uri()) == tmp_path / "with space"
