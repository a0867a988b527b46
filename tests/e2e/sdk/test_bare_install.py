"""The bare package is a whole client, and says what to install for what it is not."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.code import ROOT
from tests.servers import start_trialog
from tests.unit.cli.processes import environment_with
from trialog import Client

LOGS = """\
import trialog

with trialog.start_run(run_name="bare") as run:
    trialog.log_params({"alpha": 0.5})
    trialog.log_metric("loss", 0.25, step=1)
    trialog.log_dict({"a": 1}, "settings.json")
found = trialog.search_runs(filter_string="metrics.loss < 1", output_format="list")
print(found[0].info.run_name, trialog.search_runs()[0]["metrics.loss"], trialog.load_dict("settings.json"))
"""
OFFLINE = "import trialog\n\nwith trialog.start_run(run_name='later'):\n    trialog.log_metric('loss', 0.5)\n"
# What is asked for, and what then is to be installed.
MISSING = {
    "trialog.set_tracking_uri('sqlite:///trialog.db'); trialog.search_runs()": "trialog[server]",
    "import trialog.sklearn; trialog.sklearn.save_model(object(), 'folder')": "trialog[models]",
    "trialog.models.infer_signature([1]).inputs.input_types()[0].to_numpy()": "trialog[models]",
    "trialog.data.from_pandas([1])": "trialog[models]",
    "import trialog.xgboost; trialog.xgboost.save_model(object(), 'folder')": "xgboost",
    "import trialog.lightgbm; trialog.lightgbm.save_model(object(), 'folder')": "lightgbm",
    "import trialog.pytorch; trialog.pytorch.save_model(object(), 'folder')": "torch",
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with start_trialog(tmp_path_factory.mktemp("server")) as server:
        yield server.url


def bare(folder: Path, url: str, *arguments: str, mode: str = "online") -> "subprocess.CompletedProcess[str]":
    variables = {
        "MLFLOW_TRACKING_URI": url,
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        "TRIALOG_MODE": mode,
        "TRIALOG_SPOOL_FOLDER": str(folder / "spool"),
    }
    return subprocess.run(
        [sys.executable, "-m", "tests.e2e.sdk.bare_install", *arguments],
        cwd=folder,
        env=environment_with(variables),
        check=False,
        capture_output=True,
        text=True,
    )


def test_it_logs_and_asks(url: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(LOGS, encoding="utf-8")
    done = bare(tmp_path, url, "program.py")
    assert (done.returncode, done.stdout) == (0, "bare 0.25 {'a': 1}\n"), done.stderr
    # It is said once that there could be a table.
    assert "pandas is not installed" in done.stderr
    listed = bare(tmp_path, url, "trialog", "runs", "list", "--experiment", "Default")
    assert listed.returncode == 0, listed.stderr
    assert "bare" in listed.stdout


def test_it_sends_what_was_logged_without_a_server(url: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(OFFLINE, encoding="utf-8")
    assert bare(tmp_path, url, "program.py", mode="offline").returncode == 0
    sent = bare(tmp_path, url, "trialog", "sync")
    assert sent.returncode == 0, sent.stderr
    (run,) = Client(url).search_runs(["0"], "attributes.run_name = 'later'")
    assert run.data.metrics == {"loss": 0.5}


@pytest.mark.parametrize("program", MISSING)
def test_it_says_what_to_install_for_the_rest(url: str, tmp_path: Path, program: str) -> None:
    wanted = MISSING[program]
    (tmp_path / "program.py").write_text(f"import trialog\n{program}\n", encoding="utf-8")
    done = bare(tmp_path, url, "program.py")
    assert done.returncode == 1
    assert done.stderr.rstrip().endswith(f"pip install '{wanted}'" if "[" in wanted else f"pip install {wanted}")


@pytest.mark.parametrize(
    "command", [("server",), ("ui",), ("db", "upgrade"), ("gc", "--backend-store-uri", "sqlite:///a.db")]
)
def test_commands_of_a_server_say_what_to_install(url: str, tmp_path: Path, command: tuple[str, ...]) -> None:
    done = bare(tmp_path, url, "trialog", *command)
    assert done.returncode == 1
    assert "install it with: pip install 'trialog[server]'" in done.stderr
