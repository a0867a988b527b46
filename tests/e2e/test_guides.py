"""The examples of the guides run as they are written there."""

import asyncio
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.architecture.code import ROOT
from tests.servers import start_trialog
from tests.unit.cli.processes import environment_with
from trialog.cli import trialog
from trialog.entities import NewRegisteredModel
from trialog.remote.settings import connection_settings
from trialog.sdk.artifacts import Artifacts
from trialog.sdk.experiments import Experiments
from trialog.sdk.models import Models
from trialog.sdk.runs import Runs
from trialog.sdk.spool.beginning import begin_run
from trialog.sdk.spool.spooled_run import SpooledRun
from trialog.sdk.transport import Transport
from trialog.store import open_store

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
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "MLmodel").write_text("flavors: {}\n", encoding="utf-8")
    (tmp_path / "report.html").write_text("<h1>Report</h1>", encoding="utf-8")
    text = (GUIDES / "command_line.md").read_text(encoding="utf-8")
    named = sorted(set(re.findall(r"\b[0-9a-f]{32}\b", text)))
    with closing(Transport(connection_settings(url, {}))) as transport:
        for name, run_id in zip(("model_training", "auto_retraining"), named, strict=True):
            begun = SpooledRun(run_id=run_id, writer="guide", tracking_uri=url, run_name=name, start_time=1)
            begin_run(transport, begun, Experiments(transport).create(name))
            Runs(transport).log(run_id, timestamp=1, metrics={"roc_auc": 0.7, "loss": 0.3}, params={"lr": 0.1})
            Artifacts(transport).upload(run_id, tmp_path / "model", "model")
        Models(transport).create("xgboost_trading_model")
        for number in (1, 2):
            run_id = named[number - 1]
            made = Models(transport).create_version("xgboost_trading_model", f"runs:/{run_id}/model", run_id=run_id)
        Models(transport).set_alias("xgboost_trading_model", "champion", made.version)
    commands = [line for block in blocks("command_line.md", "sh") for line in block.splitlines()]
    assert len(commands) > 20
    for command in commands:
        # Where the output goes is the shell's to see to.
        program, *arguments = shlex.split(re.sub(r" > \S+$", "", command))
        assert program == "trialog"
        if arguments[0] in ABOUT_ACCOUNTS:
            continue
        if arguments[:2] == ["artifacts", "open"]:
            # Nobody sits in front of a browser here.
            arguments.append("--print")
        result = CliRunner().invoke(trialog, arguments, catch_exceptions=False)
        assert result.exit_code == 0, f"{command}\n{result.output}"


# Only a server with accounts answers these; the guide of accounts has them too.
ABOUT_ACCOUNTS = {"users", "tokens", "roles", "groups", "audit"}
# What somebody types when she is asked; the first password of root is the one that the guide puts into the environment.
TYPED = {
    "trialog users create root": "the password of root\n",
    "trialog users create ada": "a password of her own\n",
    "trialog users password ada": "another password of her own\n",
    "trialog users password root": "the password of root\n",
    "trialog workspaces delete": "y\n",
    "trialog audit prune": "y\n",
    "trialog users password": "the password of root\nanother password of root\n",
}
# What is root's password afterwards.
PASSWORD_OF_ROOT = {
    "trialog users password root": "the password of root",
    "trialog users password": "another password of root",
}


async def things_of_the_guide(directory: Path) -> None:
    uri = f"sqlite:///{(directory / 'trialog.db').as_posix()}"
    store = await open_store(uri, default_artifact_root="mlflow-artifacts:/")
    try:
        for number in range(1, 8):
            assert (await store.experiments.create(f"experiment {number}")).experiment_id == str(number)
        await store.registered_models.create(NewRegisteredModel("xgboost_trading_model"))
    finally:
        await store.close()


def test_the_guide_of_accounts_works_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with start_trialog(tmp_path, "--accounts", "--enable-workspaces") as server:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("MLFLOW_TRACKING_URI", server.url)
        asyncio.run(things_of_the_guide(tmp_path))
        typed = 0
        for line in (line for block in blocks("access.md", "sh") for line in block.splitlines()):
            words = shlex.split(line, comments=True)
            match words:
                case ["export", setting] if setting.startswith(("MLFLOW_TRACKING_", "MLFLOW_WORKSPACE")):
                    monkeypatch.setenv(*setting.split("=", 1))
                case ["unset", name]:
                    monkeypatch.delenv(name)
                # What is new each time was shown by the line before.
                case ["trialog", "tokens", "delete", _]:
                    run_line(line, [*words[1:3], listed("tokens", "list")[0]["token_id"]])
                case ["trialog", "roles", "assign", number, *rest] if number.isdigit():
                    run_line(line, [*words[1:3], str(listed("roles", "list", "--workspace", "team-a")[0]["id"]), *rest])
                case ["trialog", command, *_] if command != "server":
                    run_line(line, words[1:])
                    typed += 1
            if (password := PASSWORD_OF_ROOT.get(" ".join(words[:4]))) is not None:
                monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", password)
        assert typed > 30


def listed(*arguments: str) -> Any:
    return json.loads(CliRunner().invoke(trialog, [*arguments, "--json"], catch_exceptions=False).stdout)


def run_line(line: str, arguments: list[str]) -> None:
    answers = next((text for begin, text in TYPED.items() if line.startswith(begin)), "")
    result = CliRunner().invoke(trialog, arguments, input=answers, catch_exceptions=False)
    assert result.exit_code == 0, f"{line}\n{result.output}"


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
