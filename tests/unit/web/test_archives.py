"""Folders as archives: whole, safe, and no larger in truth than they look."""

import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from trialog.artifacts.local import LocalArtifactStore
from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.web import archives
from trialog.web.archives import archive_chunks, archive_name, list_files

pytestmark = pytest.mark.anyio


async def pieces(*contents: bytes) -> AsyncIterator[bytes]:
    for content in contents:
        yield content


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[LocalArtifactStore]:
    opened = LocalArtifactStore(tmp_path / "artifacts")
    yield opened
    await opened.close()


async def archive_of(store: LocalArtifactStore, *folder: str, top: str = "top") -> zipfile.ZipFile:
    files = await list_files(store, folder, top)
    content = b"".join([chunk async for chunk in archive_chunks(store, files)])
    return zipfile.ZipFile(io.BytesIO(content))


async def test_an_archive_holds_every_file_below_its_folder(store: LocalArtifactStore) -> None:
    large = bytes(range(256)) * 12_000
    await store.write(("run", "модель", "a b.txt"), pieces(b"hello"))
    await store.write(("run", "модель", "deep", "large.bin"), pieces(large[:1_000_000], large[1_000_000:]))
    await store.write(("run", "empty"), pieces())
    await store.write(("other", "file"), pieces(b"no"))

    with await archive_of(store, "run") as found:
        assert found.testzip() is None
        assert {info.filename: info.file_size for info in found.infolist()} == {
            "top/empty": 0,
            "top/модель/a b.txt": 5,
            "top/модель/deep/large.bin": len(large),
        }
        assert found.read("top/модель/deep/large.bin") == large
        assert all(info.date_time[0] > 2000 for info in found.infolist())
        assert {oct(info.external_attr >> 16) for info in found.infolist()} == {"0o100644"}


async def test_an_archive_is_about_as_large_as_what_is_in_it(store: LocalArtifactStore) -> None:
    await store.write(("zeros",), pieces(b"\0" * 3_000_000))
    with await archive_of(store, "zeros") as found:
        [info] = found.infolist()
        assert (info.filename, info.file_size) == ("top/zeros", 3_000_000)
        assert info.compress_size >= info.file_size


async def test_an_archive_comes_in_pieces(store: LocalArtifactStore) -> None:
    await store.write(("run", "large"), pieces(b"x" * 5_000_000))
    files = await list_files(store, ("run",), "top")
    sizes = [len(chunk) async for chunk in archive_chunks(store, files)]
    assert max(sizes) < 2_200_000
    assert sum(sizes) > 5_000_000


async def test_what_is_not_there_and_what_is_too_much_is_refused(
    store: LocalArtifactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ResourceNotFound, match="no files"):
        await list_files(store, ("nothing",), "top")
    for number in range(4):
        await store.write(("run", str(number)), pieces(b""))
    monkeypatch.setattr(archives, "MOST_FILES", 3)
    with pytest.raises(InvalidParameter, match="more than 3 files"):
        await list_files(store, ("run",), "top")


async def test_folders_in_folders_come_to_an_end(store: LocalArtifactStore, monkeypatch: pytest.MonkeyPatch) -> None:
    await store.write(("run", "a", "b", "c", "deep"), pieces(b""))
    await store.write(("run", "a", "shallow"), pieces(b""))
    monkeypatch.setattr(archives, "DEEPEST", 3)
    assert [file.name for file in await list_files(store, ("run",), "top")] == ["top/a/shallow"]
    assert [file.name for file in await list_files(store, ("run", "a"), "a")] == ["a/b/c/deep", "a/shallow"]
    monkeypatch.setattr(archives, "MOST_FILES", 2)
    with pytest.raises(InvalidParameter, match="more than 2 files"):
        await list_files(store, ("run",), "top")


async def test_a_file_that_goes_away_breaks_the_archive_off(store: LocalArtifactStore) -> None:
    for name in ("a", "b"):
        await store.write(("run", name), pieces(b"content"))
    files = await list_files(store, ("run",), "top")
    await store.delete(("run", "b"))
    got = b""
    with pytest.raises(ResourceNotFound):  # noqa: PT012 - what came before it is looked at
        async for chunk in archive_chunks(store, files):
            got += chunk
    assert got.startswith(b"PK")
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(got))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("model", "model"),
        ("../../etc", "etc"),
        ("..", "artifacts"),
        ("a/b\\c:d", "a_b_c_d"),
        ("модель 1.0", "модель 1.0"),
        ("x" * 200, "x" * 100),
        ("\n\u202e", "artifacts"),
        ("", "artifacts"),
    ],
)
def test_the_folder_in_an_archive_has_a_safe_name(text: str, expected: str) -> None:
    assert archive_name(text) == expected
