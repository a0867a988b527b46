"""The examples of the guides run as they are written there."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.architecture.code import ROOT
from tests.servers import start_trialog
from tests.unit.cli.processes import environment_with
from trialog.cli import trialog
from trialog.sdk.experiments import Experiments
from trialog.sdk.models import Models
from trialog.sdk.runs import Runs
from trialog.sdk.settings import connection_settings
from trialog.sdk.transport import Transport

GUIDES = ROOT / "docs" / "guide"


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with start_trialog(tmp_path / "server") as server:
        yield server.url


def blocks(guide: str, language: str) -> list[str]:
    text = (GUIDES / guide).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_commands_of_the_guide_do_what_they_say(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", url)
    with closing(Transport(connection_settings(url, {}))) as transport:
        for name in ("model_training", "auto_retraining"):
            run = Runs(transport).create(Experiments(transport).create(name), run_name=name, start_time=1, tags={})
            Runs(transport).log(run.info.run_id, timestamp=1, metrics={"roc_auc": 0.7, "loss": 0.3}, params={"lr": 0.1})
        Models(transport).create("xgboost_trading_model")
        for number in (1, 2):
            Models(transport).create_version("xgboost_trading_model", f"artifacts/models/xgboost_v{number}.pkl")
    commands = [line for block in blocks("command_line.md", "sh") for line in block.splitlines()]
    assert len(commands) > 20
    for command in commands:
        program, *arguments = shlex.split(command)
        assert program == "trialog"
        result = CliRunner().invoke(trialog, arguments, catch_exceptions=False)
        assert result.exit_code == 0, f"{command}\n{result.output}"


def test_the_program_of_the_guide_runs(url: str, tmp_path: Path) -> None:
    (program,) = blocks("async_client.md", "python")
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "program.py"],
        cwd=tmp_path,
        env=environment_with({"MLFLOW_TRACKING_URI": url}),
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("version 1, label 2")
    assert lines[1] == "artifacts/models/hybrid_cnn_lstm.pt 0.71 passed the walk-forward test"
    assert lines[2] == "hybrid_cnn_lstm {'Production': 1}"
