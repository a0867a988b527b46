"""Commands of projects on this machine."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.projects.processes import is_running, wait_until_ended
from trialog.errors import InvalidParameter
from trialog.projects.environment_plan import plan_environment
from trialog.projects.execution import Work
from trialog.projects.local_backend import LocalBackend

STARTER = """
import sys
from pathlib import Path
from trialog.projects.environment_plan import plan_environment
from trialog.projects.execution import Work
from trialog.projects.local_backend import LocalBackend
folder = Path(sys.argv[1])
work = Work(command="echo $$; exec sleep 300", folder=folder, variables={}, environment=plan_environment(folder))
with LocalBackend(print) as backend:
    for piece in backend.start(work).output():
        print(piece.decode(), end="", flush=True)
"""


def work(folder: Path, command: str, **variables: str) -> Work:
    return Work(command=command, folder=folder, variables=variables, environment=plan_environment(folder.parent))


def test_a_command_runs_by_the_present_python_in_the_folder_of_the_project(tmp_path: Path) -> None:
    with LocalBackend(print) as backend:
        job = backend.start(
            work(tmp_path, "python -c \"import os, sys; print(sys.prefix, os.getcwd(), os.environ['A'])\"", A="1")
        )
        assert b"".join(job.output()).decode().split() == [sys.prefix, str(tmp_path.resolve()), "1"]
        assert job.wait() == 0


def test_what_cannot_be_begun_is_told(tmp_path: Path) -> None:
    with (
        LocalBackend(print) as backend,
        pytest.raises(InvalidParameter, match=r"could not be begun in .*gone") as raised,
    ):
        backend.start(work(tmp_path / "gone", "true"))
    assert raised.value.code == "project.not_started"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no groups of processes")
def test_a_command_that_cannot_be_watched_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trialog.projects.group_watch._WATCH", "raise SystemExit(1)")
    with LocalBackend(print) as backend, pytest.raises(InvalidParameter, match="could not be begun") as raised:
        backend.start(work(tmp_path, "echo $$ >began; exec sleep 300"))
    assert raised.value.code == "project.not_started"
    began = tmp_path / "began"
    assert not began.exists() or not is_running(int(began.read_text(encoding="utf-8")))


@pytest.fixture
def starter(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen([sys.executable, "-c", STARTER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no groups of processes")
def test_whoever_is_killed_leaves_no_command_behind(starter: "subprocess.Popen[str]") -> None:
    assert starter.stdout is not None
    command = int(starter.stdout.readline())
    starter.kill()
    wait_until_ended(command)
