import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from trialog.projects.group_watch import GroupWatch

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no groups of processes")
SECONDS = 60.0
STARTER = """
import os, subprocess, sys, time
from pathlib import Path
from trialog.projects.group_watch import GroupWatch
command = subprocess.Popen(["bash", "-c", "sleep 300 & wait"], start_new_session=True)
watch = GroupWatch(command.pid, Path(sys.argv[1]))
print(command.pid, flush=True)
time.sleep(300)
"""


def test_a_group_ends_with_a_starter_that_was_killed(tmp_path: Path) -> None:
    folder = tmp_path / "place"
    folder.mkdir()
    # Whoever has the pipe lives; it ends with the last of them.
    read_end, write_end = os.pipe()
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(folder)], stdout=subprocess.PIPE, stderr=write_end, text=True
    )
    os.close(write_end)
    assert starter.stdout is not None
    with starter, starter.stdout as said:
        assert said.readline().strip().isdigit()
        starter.kill()
    with os.fdopen(read_end) as others:
        assert others.read() == ""
    until = time.monotonic() + SECONDS
    while folder.exists():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_group_that_ended_by_itself_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "place"
    folder.mkdir()
    with subprocess.Popen(["sleep", "300"], start_new_session=True) as command:
        with GroupWatch(command.pid, folder):
            pass
        assert command.poll() is None
        os.killpg(command.pid, signal.SIGKILL)
    assert folder.exists()


def test_a_watch_that_somebody_ended_is_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    # What the watch reads from is closed, as if its process were gone.
    monkeypatch.setattr("trialog.projects.group_watch._WATCH", "")
    with GroupWatch(os.getpid()):
        pass
