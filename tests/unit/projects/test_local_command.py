"""A command that runs on this machine, in a group of processes of its own."""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.unit.projects.processes import wait_until_ended
from trialog.projects.local_command import LocalJob, shell_argv

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the commands are of a POSIX shell")


@pytest.fixture
def jobs() -> Iterator[list[LocalJob]]:
    started: list[LocalJob] = []
    yield started
    for job in started:
        job.kill()


def start(jobs: list[LocalJob], command: str, folder: Path, **variables: str) -> LocalJob:
    job = LocalJob(shell_argv(command), folder, {**os.environ, **variables})
    jobs.append(job)
    return job


def read_until(output: Iterator[bytes], text: bytes) -> bytes:
    read = b""
    while text not in read:
        read += next(output)
    return read


def test_output_exit_code_folder_and_variables(jobs: list[LocalJob], tmp_path: Path) -> None:
    job = start(jobs, 'pwd -P; echo "$A b" >&2; cat; exit 3', tmp_path, A="a")
    assert b"".join(job.output()).decode().splitlines() == [str(tmp_path.resolve()), "a b"]
    assert job.wait() == 3
    assert job.tags == {}


def test_the_end_by_a_signal_is_told(jobs: list[LocalJob], tmp_path: Path) -> None:
    assert start(jobs, "kill -9 $$", tmp_path).wait() == -9


def test_much_output_waits_for_its_reader(jobs: list[LocalJob], tmp_path: Path) -> None:
    job = start(jobs, "head -c 20000000 /dev/zero", tmp_path)
    assert sum(map(len, job.output())) == 20_000_000
    assert job.wait() == 0


def test_a_reader_that_is_late_gets_all(jobs: list[LocalJob], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trialog.projects.local_command._PATIENCE_SECONDS", 0.001)
    monkeypatch.setattr("trialog.projects.local_command._MOST_PIECES", 1)
    job = start(jobs, "head -c 70000 /dev/zero", tmp_path)
    assert job.wait() == 0
    assert sum(map(len, job.output())) == 70_000


def test_a_program_that_is_not_there(jobs: list[LocalJob], tmp_path: Path) -> None:
    job = start(jobs, "no-such-program --x", tmp_path)
    assert b"not found" in b"".join(job.output())
    assert job.wait() == 127


def test_stopping_ends_all_that_was_started(jobs: list[LocalJob], tmp_path: Path) -> None:
    job = start(jobs, "sleep 300 & echo $! ready; wait", tmp_path)
    output = job.output()
    other = int(read_until(output, b"ready").split()[0])
    job.cancel()
    assert job.wait() < 0
    assert b"".join(output) == b""
    wait_until_ended(other)


def test_a_command_may_end_its_own_way(jobs: list[LocalJob], tmp_path: Path) -> None:
    script = (
        "import time\ntry:\n    print('ready')\n    time.sleep(300)\nexcept KeyboardInterrupt:\n    print('tidy')\n"
    )
    (tmp_path / "long.py").write_text(script, encoding="utf-8")
    job = start(jobs, f"'{sys.executable}' long.py", tmp_path)
    output = job.output()
    read_until(output, b"ready")
    job.cancel()
    assert b"".join(output).strip() == b"tidy"
    assert job.wait() == 0


def test_what_does_not_listen_is_ended(jobs: list[LocalJob], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trialog.projects.local_command._PATIENCE_SECONDS", 0.2)
    job = start(jobs, "trap '' INT TERM; sleep 300 & echo $! ready; while :; do wait; done", tmp_path)
    output = job.output()
    other = int(read_until(output, b"ready").split()[0])
    job.cancel()
    assert job.wait() == -9
    wait_until_ended(other)


def test_what_a_command_leaves_running_is_ended_with_it(jobs: list[LocalJob], tmp_path: Path) -> None:
    job = start(jobs, "sleep 300 & echo $!", tmp_path)
    other = int(b"".join(job.output()))
    assert job.wait() == 0
    wait_until_ended(other)


def test_what_is_left_running_and_does_not_listen_is_ended_before_the_command_counts_as_ended(
    jobs: list[LocalJob], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trialog.projects.local_command._PATIENCE_SECONDS", 0.2)
    left = "(trap '' TERM; echo $BASHPID >began; exec sleep 300) >/dev/null 2>&1 &"
    job = start(jobs, f"{left} until [ -s began ]; do :; done", tmp_path)
    assert b"".join(job.output()) == b""
    assert job.wait() == 0
    wait_until_ended(int((tmp_path / "began").read_text(encoding="utf-8")))


def test_output_ends_also_if_somebody_else_holds_it(
    jobs: list[LocalJob], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trialog.projects.local_command._PATIENCE_SECONDS", 0.2)
    script = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    print(os.getpid(), flush=True)\n"
    script += "    time.sleep(300)\n"
    (tmp_path / "daemon.py").write_text(f"{script}else:\n    os.wait3(os.WNOHANG)\n    time.sleep(0.1)\n", "utf-8")
    job = start(jobs, f"'{sys.executable}' daemon.py", tmp_path)
    other = int(b"".join(job.output()))
    assert job.wait() == 0
    with suppress(ProcessLookupError):
        os.kill(other, 9)


def test_stopping_twice_or_after_the_end_does_no_harm(jobs: list[LocalJob], tmp_path: Path) -> None:
    job = start(jobs, "true", tmp_path)
    job.wait()
    job.cancel()
    job.cancel()
    assert job.wait() == 0


def test_a_folder_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="gone"):
        LocalJob(shell_argv("true"), tmp_path / "gone", os.environ)
