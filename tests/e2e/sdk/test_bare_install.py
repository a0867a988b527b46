"""The bare package is a whole client, and says what to install for what it is not."""

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.code import ROOT
from tests.e2e.sdk.bare_install import packages
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
print(found[0].info.run_name, trialog.search_runs()[0]["metrics.loss"])
print(trialog.load_dict(f"runs:/{run.info.run_id}/settings.json"))
"""
OFFLINE = "import trialog\n\nwith trialog.start_run(run_name='later'):\n    trialog.log_metric('loss', 0.5)\n"
# What is asked for, and what then is to be installed.
MISSING = {
    "trialog.set_tracking_uri('sqlite:///trialog.db') or trialog.search_runs()": "'trialog[server]'",
    "trialog.sklearn.save_model(object(), 'folder')": "'trialog[models]'",
    "trialog.models.infer_signature([1]).inputs.input_types()[0].to_numpy()": "'trialog[models]'",
    "trialog.data.from_pandas([1])": "'trialog[models]'",
    "trialog.xgboost.save_model(object(), 'folder')": "xgboost",
    "trialog.lightgbm.save_model(object(), 'folder')": "lightgbm",
    "trialog.pytorch.save_model(object(), 'folder')": "torch",
}
ASKS = """\
import sys, trialog

for program in sys.argv[1:]:
    try:
        eval(program)
    except trialog.TrialogError as error:
        print(str(error).rpartition("install it with: pip install ")[2])
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with start_trialog(tmp_path_factory.mktemp("server")) as server:
        yield server.url


@cache
def known() -> str:
    return packages()


def bare(folder: Path, url: str, *arguments: str, mode: str = "online") -> "subprocess.CompletedProcess[str]":
    variables = {
        "MLFLOW_TRACKING_URI": url,
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        "TRIALOG_MODE": mode,
        "TRIALOG_SPOOL_FOLDER": str(folder / "spool"),
    }
    return subprocess.run(
        [sys.executable, "-m", "tests.e2e.sdk.bare_install", known(), *arguments],
        cwd=folder,
        env=environment_with(variables),
        check=False,
        capture_output=True,
        text=True,
    )


def test_it_logs_and_asks(url: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(LOGS, encoding="utf-8")
    done = bare(tmp_path, url, "program.py")
    assert (done.returncode, done.stdout) == (0, "bare 0.25\n{'a': 1}\n"), done.stderr
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


def test_it_says_what_to_install_for_the_rest(url: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(ASKS, encoding="utf-8")
    done = bare(tmp_path, url, "program.py", *MISSING)
    assert done.stdout.splitlines() == list(MISSING.values()), done.stderr


@pytest.mark.parametrize("command", [("server",), ("gc", "--backend-store-uri", "sqlite:///trialog.db")])
def test_commands_of_a_server_say_what_to_install(url: str, tmp_path: Path, command: tuple[str, ...]) -> None:
    done = bare(tmp_path, url, "trialog", *command)
    assert done.returncode == 1
    assert "install it with: pip install 'trialog[server]'" in done.stderr
