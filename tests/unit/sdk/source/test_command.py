"""The command that began a process."""

import shlex
import sys
from pathlib import Path

import pytest

from trialog.sdk.source.command import LONGEST_COMMAND, invocation


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = (tmp_path / "r").resolve()
    (folder / "jobs").mkdir(parents=True)
    (folder / "train.py").write_text("")
    (folder / "jobs" / "job.py").write_text("")
    monkeypatch.chdir(folder / "jobs")
    return folder


def begun(root: Path | None, *arguments: str) -> tuple[str | None, str]:
    found = invocation(root, arguments)
    assert found is not None
    return found.text, found.folder


def test_a_script_is_named_from_the_folder_that_it_is_called_in(root: Path) -> None:
    assert begun(root, "/usr/bin/python3.11", "job.py", "--lr", "0.1") == ("python job.py --lr 0.1", "jobs")
    assert begun(root, "python", str(root / "train.py"), "a b") == ("python ../train.py 'a b'", "jobs")


def test_a_script_that_is_called_from_elsewhere_is_named_from_the_root(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert begun(root, "python", "r/jobs/job.py") == ("python jobs/job.py", ".")


def test_options_of_python_and_modules_are_kept(root: Path) -> None:
    text, folder = begun(root, "python", "-X", "dev", "-W", "error", "-u", "-m", "package.train", "--lr=1")
    assert (text, folder) == ("python -X dev -W error -u -m package.train --lr=1", "jobs")
    assert begun(root, "python", "-X", "dev", str(root / "train.py")) == ("python -X dev ../train.py", "jobs")
    assert begun(root, "python", "-Im", "module") == ("python -Im module", "jobs")


def test_a_program_that_a_package_put_beside_the_interpreter_is_named_alone(root: Path) -> None:
    program = Path(sys.prefix) / "bin" / "trainer"
    assert begun(root, sys.executable, str(program), "--lr", "1") == ("trainer --lr 1", "jobs")


def test_without_a_repository_the_script_is_named_as_its_file(root: Path) -> None:
    assert begun(None, "python", str(root / "train.py")) == ("python train.py", ".")


def test_secrets_are_masked_and_the_text_can_be_taken_apart(root: Path) -> None:
    text, _ = begun(root, "python", "job.py", "--password", "it's", "--name", "a 'b'")
    assert text is not None
    assert shlex.split(text) == ["python", "job.py", "--password", "***", "--name", "a 'b'"]


def test_a_command_that_is_too_long_is_not_kept(root: Path) -> None:
    assert begun(root, "python", "-c", "x" * LONGEST_COMMAND)[0] is None


def test_workers_of_other_processes_have_no_command(root: Path) -> None:
    assert invocation(root, ["python", "-c", "spawn_main()", "--multiprocessing-fork"]) is None
    assert invocation(root, []) is None
