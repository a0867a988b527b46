"""Tags of runs, as processes see themselves that are begun like a user's."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.sdk.source.repositories import git, new_repository
from trialog.sdk.source.mode import SourceMode, source_mode
from trialog.sdk.source.surroundings import surroundings

PRINT = "import json; from trialog.sdk.source import source_tags; print(json.dumps(source_tags()))\n"
OF_OTHERS = ("MLFLOW_", "TRIALOG_", "SLURM_", "GIT_")
JOBS = ("CI", "KUBERNETES_SERVICE_HOST", "PBS_JOBID", "LSB_JOBID", "AWS_BATCH_JOB_ID")


def tags_of(command: list[str], folder: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OF_OTHERS) and name not in JOBS}
    done = subprocess.run(
        command, cwd=folder, env={**kept, **(extra or {})}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_a_script_in_a_repository_says_all(tmp_path: Path) -> None:
    commit = new_repository(tmp_path, {"jobs/train.py": PRINT})
    git(tmp_path, "remote", "add", "origin", "https://ann:secret@example.com/r.git")
    script = Path("jobs", "train.py")
    tags = tags_of([sys.executable, str(script), "--lr", "0.1", "--token=abc"], tmp_path, {"LOGNAME": "ann"})
    assert tags.pop("trialog.source.python").startswith("3.")
    assert tags == {
        "mlflow.user": "ann",
        "mlflow.source.name": str(script),
        "mlflow.source.type": "LOCAL",
        "mlflow.source.git.commit": commit,
        "mlflow.source.git.branch": "main",
        "mlflow.source.git.repoURL": "https://example.com/r.git",
        "trialog.source.command": "python jobs/train.py --lr 0.1 '--token=***'",
        "trialog.source.folder": ".",
    }


def test_a_module_in_a_repository_is_found_by_its_file(tmp_path: Path) -> None:
    commit = new_repository(tmp_path, {"package/__init__.py": "", "package/train.py": PRINT})
    tags = tags_of([sys.executable, "-m", "package.train"], tmp_path)
    assert tags["mlflow.source.git.commit"] == commit
    assert tags["trialog.source.command"] == "python -m package.train"


def test_the_repository_is_that_of_the_script_and_not_of_the_working_directory(tmp_path: Path) -> None:
    new_repository(tmp_path / "here", {"a": "1"})
    commit = new_repository(tmp_path / "there", {"train.py": PRINT})
    tags = tags_of([sys.executable, str(tmp_path / "there" / "train.py")], tmp_path / "here")
    assert tags["mlflow.source.git.commit"] == commit
    assert tags["trialog.source.command"] == "python train.py"


def test_without_a_repository_there_is_no_commit(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(PRINT)
    tags = tags_of([sys.executable, "train.py"], tmp_path)
    assert not [key for key in tags if "git" in key]
    assert tags["trialog.source.command"] == "python train.py"


@pytest.mark.parametrize("mode", ["off", "OFF", "offf"])
def test_nothing_but_the_user_is_said_where_that_is_wanted(tmp_path: Path, mode: str) -> None:
    new_repository(tmp_path, {"train.py": PRINT})
    tags = tags_of([sys.executable, "-W", "ignore", "train.py"], tmp_path, {"TRIALOG_SOURCE": mode, "LOGNAME": "ann"})
    assert tags == {"mlflow.user": "ann"}


def test_a_service_says_in_the_environment_what_it_gave_out(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(PRINT)
    extra = {
        "SLURM_JOB_ID": "7",
        "MLFLOW_TRACKING_USERNAME": "service",
        "MLFLOW_RUN_CONTEXT": '{"mlflow.source.name": "job 7", "trialog.reproduces": "abc"}',
    }
    tags = tags_of([sys.executable, "train.py"], tmp_path, extra)
    assert tags["mlflow.source.type"] == "JOB"
    assert tags["mlflow.user"] == "service"
    assert tags["mlflow.source.name"] == "job 7"
    assert tags["trialog.reproduces"] == "abc"


def test_a_context_that_cannot_be_read_keeps_none_of_the_others(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(PRINT)
    tags = tags_of([sys.executable, "train.py"], tmp_path, {"MLFLOW_RUN_CONTEXT": "no JSON"})
    assert tags["mlflow.source.name"] == "train.py"


# A kernel of Jupyter as far as it can be seen: IPython is loaded, and its shell is one of messages.
KERNEL = """
import sys, types
class ZMQInteractiveShell:
    user_ns = {names}
module = types.ModuleType("IPython")
module.get_ipython = lambda: ZMQInteractiveShell()
sys.modules["IPython"] = module
"""


@pytest.mark.parametrize(
    ("names", "extra", "name"),
    [
        ("{}", {"JPY_SESSION_NAME": "/home/ann/work/Study.ipynb"}, "Study.ipynb"),
        ("{'__vsc_ipynb_file__': '/home/ann/Code.ipynb'}", {}, "Code.ipynb"),
        ("{}", {}, "<notebook>"),
    ],
)
def test_a_notebook_is_told_by_its_name(tmp_path: Path, names: str, extra: dict[str, str], name: str) -> None:
    commit = new_repository(tmp_path, {"a": "1"})
    code = KERNEL.replace("{names}", names) + PRINT
    tags = tags_of([sys.executable, "-c", code], tmp_path, extra)
    assert (tags["mlflow.source.type"], tags["mlflow.source.name"]) == ("NOTEBOOK", name)
    assert tags["mlflow.source.git.commit"] == commit
    assert "trialog.source.command" not in tags


def test_the_commit_is_known_without_the_program_git(tmp_path: Path) -> None:
    commit = new_repository(tmp_path, {"train.py": PRINT})
    assert tags_of([sys.executable, "train.py"], tmp_path, {"PATH": ""})["mlflow.source.git.commit"] == commit


def test_what_is_recorded_is_said_by_one_variable() -> None:
    assert source_mode({}) is SourceMode.FULL
    assert source_mode({"TRIALOG_SOURCE": " Tags "}) is SourceMode.TAGS


def test_of_variables_only_those_of_a_list_are_told() -> None:
    variables = {
        "CUDA_VISIBLE_DEVICES": "0,1",
        "AWS_SECRET_ACCESS_KEY": "hidden",
        "HOME": "/home/ann",
        "MY_SETTING": "1",
        "MY_TOKEN": "hidden",
        "TRIALOG_SOURCE_VARIABLES": "MY_SETTING, MY_TOKEN",
    }
    told = json.loads(surroundings(variables))
    assert told["variables"] == {"CUDA_VISIBLE_DEVICES": "0,1", "MY_SETTING": "1"}
    assert told["python"].startswith("3.")
