"""What is special about artifacts on local disk."""

import asyncio
import os
import stat
import sys
import threading
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import psutil
import pytest

from trialog.artifacts import LocalArtifactStore
from trialog.artifacts.paths import STAGING_NAME
from trialog.artifacts.rooted import RootedFolder, rooted_folder
from trialog.contracts.artifact_store import UploadedPart
from trialog.errors import ConfigurationError, TemporarilyUnavailable

pytestmark = pytest.mark.anyio
MEBIBYTE = 1024 * 1024


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[LocalArtifactStore]:
    store = LocalArtifactStore(tmp_path / "root")
    yield store
    await store.close()


async def pieces(count: int, size: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield bytes(size)
        await asyncio.sleep(0)


def files(root: Path) -> list[str]:
    """Every file on disk, those in the making included, without the locks."""
    found = (file.relative_to(root) for file in root.rglob("*") if file.is_file() and file.suffix != ".lock")
    return sorted(file.as_posix() for file in found)


async def test_the_tree_on_disk_is_mlflows(store: LocalArtifactStore, tmp_path: Path) -> None:
    await store.write(("0", "8f14", "artifacts", "model", "MLmodel"), pieces(1, 3))
    assert files(tmp_path / "root") == ["0/8f14/artifacts/model/MLmodel"]
    (tmp_path / "root" / "0" / "by-hand.txt").write_text("put there by another program")
    assert [entry.name for entry in await store.list_directory(("0",))] == ["8f14", "by-hand.txt"]


async def test_an_upload_that_broke_leaves_no_file_anywhere(store: LocalArtifactStore, tmp_path: Path) -> None:
    is_waiting = asyncio.Event()

    async def stalls() -> AsyncIterator[bytes]:
        yield bytes(5 * MEBIBYTE)
        is_waiting.set()
        await asyncio.Event().wait()

    upload = asyncio.create_task(store.write(("run", "f"), stalls()))
    await is_waiting.wait()
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert files(tmp_path / "root") == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no umask")
async def test_files_have_the_rights_that_the_operators_umask_gives(store: LocalArtifactStore, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        await store.write(("run", "f"), pieces(1, 1))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "root" / "run" / "f").stat().st_mode) == 0o640


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
async def test_a_full_disk_is_said_clearly_and_leaves_nothing(store: LocalArtifactStore, tmp_path: Path) -> None:
    import resource  # POSIX only

    await store.write(("run", "f"), pieces(1, 7))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3 * MEBIBYTE, before[1]))
    try:
        with pytest.raises(TemporarilyUnavailable, match="storage is full; nothing was stored") as caught:
            await store.write(("run", "f"), pieces(8, MEBIBYTE))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.code == "artifact.storage_full"
    assert files(tmp_path / "root") == ["run/f"]
    assert (await store.stat(("run", "f"))).size == 7


async def test_names_that_no_client_can_ask_for_are_left_out_of_listings(
    store: LocalArtifactStore, tmp_path: Path
) -> None:
    await store.write(("good name.txt",), pieces(1, 1))
    (tmp_path / "root" / "bad#name").write_text("x")
    assert [entry.name for entry in await store.list_directory(())] == ["good name.txt"]


async def test_an_upload_in_parts_survives_a_restart_and_leaves_only_the_file(tmp_path: Path) -> None:
    first = LocalArtifactStore(tmp_path)
    upload_id = await first.create_multipart_upload(("run", "big"), 2)
    parts = [UploadedPart(1, await first.write_part(upload_id, 1, pieces(3, MEBIBYTE)))]
    await first.close()
    second = LocalArtifactStore(tmp_path)
    parts.append(UploadedPart(2, await second.write_part(upload_id, 2, pieces(1, 5))))
    assert (await second.complete_multipart_upload(("run", "big"), upload_id, parts)).size == 3 * MEBIBYTE + 5
    kept = f"{STAGING_NAME}/uploads/{upload_id}/manifest.json"  # so that a repeated request is answered alike
    assert files(tmp_path) == sorted([kept, "run/big"])
    await second.abort_multipart_upload(("run", "big"), upload_id)
    assert files(tmp_path) == ["run/big"]
    await second.close()


async def test_two_stores_on_one_root_see_each_others_files(store: LocalArtifactStore, tmp_path: Path) -> None:
    other = LocalArtifactStore(tmp_path / "root")
    await asyncio.gather(
        *(
            each.write(("run", f"{name}{number}"), pieces(3, 9))
            for number in range(5)
            for name, each in zip("ab", (store, other), strict=True)
        )
    )
    assert len(await store.list_directory(("run",))) == len(await other.list_directory(("run",))) == 10
    await other.close()
    assert [entry.name for entry in await store.list_directory(())] == ["run"]


async def test_a_reader_that_nobody_closes_lets_go_of_its_file(tmp_path: Path) -> None:
    process = psutil.Process()
    before = len(process.open_files())
    store = LocalArtifactStore(tmp_path)
    await store.write(("f",), pieces(3, MEBIBYTE))
    reader = await store.open(("f",))
    assert str(tmp_path / "f") in [file.path for file in process.open_files()]
    del reader
    await store.close()
    assert len(process.open_files()) == before


async def test_streaming_a_large_file_takes_little_memory(store: LocalArtifactStore) -> None:
    size = 256 * MEBIBYTE
    process = psutil.Process()
    resident = process.memory_info().rss
    tracemalloc.start()
    try:
        written = await store.write(("big",), pieces(size // 65_536, 65_536))
        count = 0
        async with await store.open(("big",)) as reader:
            async for piece in reader:
                count += len(piece)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert written.size == count == size
    assert peak < 16 * MEBIBYTE
    assert process.memory_info().rss - resident < 64 * MEBIBYTE


async def test_a_root_that_cannot_be_made_is_said_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigurationError, match="cannot keep artifacts in") as caught:
        LocalArtifactStore(tmp_path / "file" / "root")
    assert caught.value.code == "artifact.root_unusable"


async def test_closing_leaves_nothing_but_the_files(tmp_path: Path) -> None:
    store = LocalArtifactStore(tmp_path)
    await store.write(("run", "f"), pieces(1, 1))
    await store.delete(("run", "f"))
    await store.close()
    assert sorted(file.name for file in (tmp_path / STAGING_NAME).iterdir()) == ["uploads"]


async def test_an_upload_that_is_completed_several_times_at_once_is_complete_for_all(store: LocalArtifactStore) -> None:
    for number in range(20):
        path = ("run", f"{number}.bin")
        upload_id = await store.create_multipart_upload(path, 3)
        parts = [UploadedPart(part, await store.write_part(upload_id, part, pieces(part, 5))) for part in (1, 2, 3)]
        written = await asyncio.gather(*(store.complete_multipart_upload(path, upload_id, parts) for _ in range(8)))
        assert [answer.size for answer in written] == [30] * 8
        async with await store.open(path) as reader:
            assert reader.length == 30


async def test_folders_that_take_long_to_list_keep_nobody_from_a_file(tmp_path: Path) -> None:
    may_go_on = threading.Event()

    class Slow:
        """A folder that takes as long to list as the test likes."""

        def __init__(self, folder: RootedFolder) -> None:
            self._folder = folder

        def scan(self, path: tuple[str, ...]) -> Any:
            if path == ("huge",):
                may_go_on.wait()
            return self._folder.scan(path)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._folder, name)

    store = LocalArtifactStore(tmp_path, open_folder=lambda root: cast(RootedFolder, Slow(rooted_folder(root))))
    await store.write(("huge", "f"), pieces(1, 3))
    listings = [asyncio.create_task(store.list_directory(("huge",))) for _ in range(20)]
    try:
        await asyncio.sleep(0)
        await store.write(("small", "f"), pieces(1, 3))
        async with await store.open(("small", "f")) as reader:
            assert reader.length == 3
    finally:
        may_go_on.set()
    assert [[entry.name for entry in await listing] for listing in listings] == [["f"]] * 20
    await store.close()
