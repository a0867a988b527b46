"""What is in the making is swept when, and only when, nobody makes it any more."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from trialog.artifacts.paths import STAGING_NAME
from trialog.artifacts.rooted import ResolvingFolder, RootedFolder, rooted_folder
from trialog.artifacts.staging import UPLOADS, StagingArea

_UPLOADING_PROCESS = """
import asyncio, sys
from pathlib import Path
from trialog.artifacts import LocalArtifactStore

async def endless():
    while True:
        yield b"x" * 1024 * 1024
        await asyncio.sleep(0)
        print("piece", flush=True)

async def main():
    await LocalArtifactStore(Path(sys.argv[1])).write(("run", "model.bin"), endless())

asyncio.run(main())
"""


@pytest.fixture(params=[rooted_folder, ResolvingFolder])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> RootedFolder:
    opened: RootedFolder = request.param(tmp_path)
    return opened


def write(folder: RootedFolder, path: tuple[str, ...]) -> None:
    os.close(folder.create_file(path))


def sessions(folder: RootedFolder) -> list[str]:
    return sorted(entry.name for entry in folder.scan((STAGING_NAME,)) if entry.name != UPLOADS[-1])


def test_the_session_of_a_living_owner_is_left_alone(folder: RootedFolder) -> None:
    first = StagingArea(folder)
    path = first.new_path()
    write(folder, path)
    second = StagingArea(folder)
    second.sweep()
    assert folder.status(path).st_size == 0
    second.close()
    first.close()
    assert sessions(folder) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a process is ended there without a signal")
def test_what_a_killed_process_left_is_swept_at_the_next_start(tmp_path: Path) -> None:
    folder = rooted_folder(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", _UPLOADING_PROCESS, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for _ in range(4):
            assert process.stdout.readline() == "piece\n"
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert len(sessions(folder)) == 2
    assert [entry.name for entry in folder.scan(())] == [STAGING_NAME]
    staging = StagingArea(folder)
    assert len([name for name in sessions(folder) if not name.endswith(".lock")]) == 0
    staging.close()
    assert sessions(folder) == []


def test_a_folder_without_a_lock_is_swept(folder: RootedFolder) -> None:
    write(folder, (STAGING_NAME, "0" * 32, "left"))
    StagingArea(folder).close()
    assert sessions(folder) == []


def test_an_upload_in_parts_is_given_up_after_a_day_without_a_part(folder: RootedFolder) -> None:
    staging = StagingArea(folder)
    write(folder, (*UPLOADS, "f" * 32, "manifest.json"))
    staging.sweep_uploads(now=time.time() + 23 * 3600)
    assert [entry.name for entry in folder.scan(UPLOADS)] == ["f" * 32]
    staging.sweep_uploads(now=time.time() + 25 * 3600)
    assert folder.scan(UPLOADS) == []
    staging.close()


def test_discarding_what_is_gone_does_no_harm(folder: RootedFolder) -> None:
    staging = StagingArea(folder)
    path = staging.new_path()
    staging.discard(path)
    write(folder, path)
    staging.discard(path)
    with pytest.raises(FileNotFoundError, match=path[-1]):
        folder.status(path)
    staging.close()
