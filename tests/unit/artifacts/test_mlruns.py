"""Artifacts of a folder of MLflow: found wherever it was, read, and never written."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from trialog.artifacts.mlruns import MlrunsRoots, open_mlruns_roots
from trialog.errors import ConfigurationError, InvalidParameter, PermissionDenied, ResourceNotFound
from trialog.wire.mlruns_layout import places_of_artifacts

RUN = "0123456789abcdef0123456789abcdef"
MODEL = f"m-{RUN}"

pytestmark = pytest.mark.anyio


@pytest.fixture
async def roots(tmp_path: Path) -> AsyncIterator[MlrunsRoots]:
    for place in (f"7/{RUN}", f"7/models/{MODEL}", f".trash/8/{RUN}"):
        folder = tmp_path / "mlruns" / place / "artifacts"
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text(place)
    (tmp_path / "mlruns" / "7" / "meta.yaml").write_text("name: secret")
    opened = open_mlruns_roots(tmp_path / "mlruns", str(tmp_path / "nothing"), "mlflow-artifacts:/")
    yield opened
    await opened.close()


def everything_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


async def content(roots: MlrunsRoots, uri: str, path: str = "a.txt") -> str:
    location = roots.locate(uri)
    async with await location.store.open(location.path(path)) as reader:
        return b"".join([piece async for piece in reader]).decode()


@pytest.mark.parametrize(
    "beginning",
    [
        "file:///home/other/mlruns/",
        "/home/other/mlruns/",
        "./mlruns/",
        "file:mlruns/",
        "file:///C:/Users/a/mlruns/",
        "C:\\Users\\a\\mlruns\\",
        "file:///data/12/34/",
        "mlflow-artifacts:/",
    ],
)
async def test_they_are_found_wherever_the_folder_was(roots: MlrunsRoots, beginning: str) -> None:
    assert await content(roots, f"{beginning}7/{RUN}/artifacts") == f"7/{RUN}"
    assert await content(roots, f"{beginning}7/models/{MODEL}/artifacts") == f"7/models/{MODEL}"


async def test_those_in_the_bin_are_found(roots: MlrunsRoots) -> None:
    assert await content(roots, f"file:///home/other/mlruns/8/{RUN}/artifacts") == f".trash/8/{RUN}"


@pytest.mark.parametrize(
    "uri",
    [
        "file:///etc",
        f"file:///home/other/mlruns/9/{RUN}/artifacts",
        "file:///home/other/mlruns/7",
        f"s3://bucket/7/{RUN}/artifacts",
        "",
        f"file:///x/7/{RUN}/../artifacts",
        "file:///x/7/%2e%2e/artifacts",
    ],
)
async def test_others_are_not_opened(roots: MlrunsRoots, uri: str) -> None:
    with pytest.raises(InvalidParameter, match="do not lie in"):
        roots.locate(uri)


async def test_nothing_outside_of_artifacts_is_reached(roots: MlrunsRoots) -> None:
    location = roots.locate(f"file:///x/7/{RUN}/artifacts")
    with pytest.raises(InvalidParameter, match="Invalid path"):
        location.path("../../meta.yaml")


async def test_links_are_not_followed(roots: MlrunsRoots, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    link = tmp_path / "mlruns" / "7" / RUN / "artifacts" / "link"
    try:
        link.symlink_to(tmp_path / "secret")
    except OSError:
        pytest.skip("making links needs rights here")
    with pytest.raises((InvalidParameter, ResourceNotFound), match="link"):
        await content(roots, f"file:///x/7/{RUN}/artifacts", "link")


async def test_everything_that_writes_is_refused(roots: MlrunsRoots, tmp_path: Path) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"x"

    before = everything_in(tmp_path)
    location = roots.locate(f"file:///x/7/{RUN}/artifacts")
    path = location.path("new.txt")
    store = location.store
    for refused in (
        store.write(path, chunks()),
        store.delete(location.path("a.txt")),
        store.create_multipart_upload(path, 2),
        store.multipart_upload_path("x"),
        store.multipart_upload_key("x"),
        store.write_part("x", 1, chunks()),
        store.complete_multipart_upload(path, "x", []),
        store.abort_multipart_upload(path, "x"),
    ):
        with pytest.raises(PermissionDenied, match="only read here"):
            await refused
    assert everything_in(tmp_path) == before


async def test_a_folder_beside_it_is_opened_when_the_operator_names_it(roots: MlrunsRoots, tmp_path: Path) -> None:
    del roots
    beside = tmp_path / "beside" / RUN / "artifacts"
    beside.mkdir(parents=True)
    (beside / "a.txt").write_text("beside")
    opened = open_mlruns_roots(tmp_path / "mlruns", None, (tmp_path / "beside").as_uri())
    try:
        assert await content(opened, beside.as_uri()) == "beside"
        assert opened.proxied is None
    finally:
        await opened.close()


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be opened"):
        open_mlruns_roots(tmp_path / "nothing", None, None)


def test_a_long_path_is_not_looked_at_for_ever() -> None:
    assert list(places_of_artifacts("/" + "1/" * 100_000)) == []
