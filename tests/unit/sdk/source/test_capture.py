"""What is recorded in a thread while a run goes on."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.unit.sdk.source.repositories import new_repository

# As a recorder takes it, and as a user's script is begun.
SCRIPT = """
import json, sys
from trialog.sdk.source.capture import SourceCapture
class Recorder:
    def __init__(self):
        self.tags, self.files = {}, {}
    def set_tag(self, key, value):
        self.tags[key] = value
    def add_content(self, content, path):
        self.files[path] = content.decode()
def captured():
    recorder = Recorder()
    capture = SourceCapture(recorder)
    assert capture.wait(0)
    capture.start()
    assert capture.wait(60)
    return recorder
"""
END = "recorder = captured()\nprint(json.dumps([recorder.tags, recorder.files]))\n"


def run(folder: Path, **extra: str) -> tuple[dict[str, str], dict[str, str]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "TRIALOG_", "GIT_"))}
    done = subprocess.run(
        [sys.executable, "train.py"],
        cwd=folder,
        env={**kept, "PYTHONDONTWRITEBYTECODE": "1", **extra},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    tags, files = json.loads(done.stdout)
    return tags, files


def test_a_repository_with_changes_has_them_recorded(tmp_path: Path) -> None:
    commit = new_repository(tmp_path, {"train.py": SCRIPT + END})
    tags, files = run(tmp_path)
    assert tags["trialog.source.git.dirty"] == "false"
    assert sorted(files) == ["source/environment.json", "source/requirements.txt"]
    assert "\nmsgspec==" in files["source/requirements.txt"]
    (tmp_path / "new.py").write_text("x = 1\n")
    tags, files = run(tmp_path)
    assert tags["trialog.source.git.dirty"] == "true"
    assert f"commit {commit}" in files["source/uncommitted.diff"]
    assert "+x = 1" in files["source/uncommitted.diff"]


def test_a_script_in_no_repository_is_recorded_itself(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT + END)
    tags, files = run(tmp_path)
    assert tags["trialog.source.script"] == "train.py"
    assert files["source/train.py"] == SCRIPT + END
    # Unless something in it looks like a key.
    (tmp_path / "train.py").write_text(f"# AKIA{'A' * 16}\n{SCRIPT}{END}")
    tags, files = run(tmp_path)
    assert "trialog.source.script" not in tags
    assert "source/train.py" not in files


def test_nothing_is_recorded_where_only_tags_are_wanted(tmp_path: Path) -> None:
    new_repository(tmp_path, {"train.py": SCRIPT + END})
    for mode in ("tags", "off"):
        assert run(tmp_path, TRIALOG_SOURCE=mode) == ({}, {})


def test_without_git_the_rest_is_recorded(tmp_path: Path) -> None:
    new_repository(tmp_path, {"train.py": SCRIPT + END})
    tags, files = run(tmp_path, PATH=str(tmp_path))
    assert "trialog.source.git.dirty" not in tags
    assert "source/requirements.txt" in files


def test_a_process_finds_it_out_once_for_all_its_runs(tmp_path: Path) -> None:
    again = "captured()\nopen('later.py', 'w').write('y')\n"
    new_repository(tmp_path, {"train.py": SCRIPT + again + END})
    tags, files = run(tmp_path)
    # What was changed after the program was loaded is no part of it.
    assert tags["trialog.source.git.dirty"] == "false"
    assert "source/requirements.txt" in files


def test_a_recorder_that_fails_ends_nothing(tmp_path: Path) -> None:
    broken = "Recorder.set_tag = lambda self, key, value: float(key)\n"
    (tmp_path / "train.py").write_text(SCRIPT + broken + END)
    assert run(tmp_path, PYTHONWARNINGS="ignore")[1] == {}


def test_a_forked_child_waits_for_nothing(tmp_path: Path) -> None:
    if not hasattr(os, "fork"):
        return
    forked = (
        "import os\nrecorder = Recorder()\ncapture = SourceCapture(recorder)\ncapture.start()\n"
        "if os.fork() == 0:\n    os._exit(0 if capture.wait(0) and captured().files else 1)\n"
        "assert os.waitstatus_to_exitcode(os.wait()[1]) == 0\ncapture.wait(60)\n"
    )
    (tmp_path / "train.py").write_text(SCRIPT + forked + END)
    assert "source/train.py" in run(tmp_path)[1]
