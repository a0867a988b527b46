"""The commands that MLflow has too take its options and do the same, side by side."""

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from mlflow import MlflowClient
from mlflow.experiments import commands as mlflow_experiments
from mlflow.runs import commands as mlflow_runs
from mlflow.store.artifact.cli import commands as mlflow_artifacts

from trialog.cli import trialog

pytestmark = pytest.mark.skipif("TRIALOG_COMPAT_SERVER" in os.environ, reason="the commands ask Trialog's servers")


def said(command: click.Command, *arguments: str) -> str:
    """Return what a command writes to standard output."""
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client: MlflowClient) -> Path:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", client.tracking_uri)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "model"
    (folder / "data").mkdir(parents=True)
    (folder / "MLmodel").write_text("flavors: {}\n")
    (folder / "data" / "имя 100%.bin").write_bytes(bytes(range(256)))
    return folder


def test_what_one_command_sends_the_other_fetches(client: MlflowClient, files: Path, tmp_path: Path) -> None:
    experiment_id = client.create_experiment(f"commands {tmp_path.name}")
    logged = {}
    for name, artifacts in (("theirs", (mlflow_artifacts,)), ("ours", (trialog, "artifacts"))):
        command, *group = artifacts
        run_id = client.create_run(experiment_id).info.run_id
        logged[name] = run_id
        one = ("--local-file", str(files / "MLmodel"), "--run-id", run_id, "--artifact-path", "a/b")
        said(command, *group, "log-artifact", *one)
        said(command, *group, "log-artifact", "-l", str(files / "MLmodel"), "-r", run_id)
        said(command, *group, "log-artifacts", "--local-dir", str(files), "--run-id", run_id, "--artifact-path", "c")
    theirs, ours = logged.values()
    whole = []
    for run_id in (theirs, ours):
        for place, options in {
            "file": ("--run-id", run_id, "--artifact-path", "a/b/MLmodel"),
            "folder": ("-r", run_id, "-a", "c"),
            "all": ("--run-id", run_id),
            "uri": ("--artifact-uri", f"runs:/{run_id}/c/data"),
            "proxied": ("-u", f"{client.get_run(run_id).info.artifact_uri}/c/data"),
        }.items():
            first, second = tmp_path / f"theirs-{place}-{run_id}", tmp_path / f"ours-{place}-{run_id}"
            printed = said(mlflow_artifacts, "download", *options, "--dst-path", str(first)).strip()
            also = said(trialog, "artifacts", "download", *options, "--dst-path", str(second)).strip()
            assert Path(printed).resolve().relative_to(first) == Path(also).relative_to(second)
            assert tree(first) == tree(second)
            if place == "all":
                whole.append(tree(second))
    assert whole[0] == whole[1]
    assert len(whole[0]) == 4


def test_listings_say_the_same(client: MlflowClient, files: Path) -> None:
    run_id = client.create_run(client.create_experiment(f"listings {files.parent.name}")).info.run_id
    client.log_artifacts(run_id, str(files), "c")
    for options in (("--run-id", run_id), ("-r", run_id, "-a", "c"), ("-r", run_id, "--artifact-path", "c/data")):
        theirs = json.loads(said(mlflow_artifacts, "list", *options))
        ours = json.loads(said(trialog, "artifacts", "list", *options, "--json"))
        assert ours == [{"file_size": None, **one} for one in theirs]


def test_runs_and_their_table_say_the_same(client: MlflowClient, files: Path) -> None:
    experiment_id = client.create_experiment(f"tables {files.parent.name}")
    for number in range(3):
        run = client.create_run(experiment_id, run_name=f"r{number}")
        client.log_param(run.info.run_id, "p", f"v{number}")
        client.log_metric(run.info.run_id, "m", number / 3)
        client.set_terminated(run.info.run_id)
    described: Any = json.loads(said(mlflow_runs, "describe", "--run-id", run.info.run_id))
    shown = json.loads(said(trialog, "runs", "describe", "--run-id", run.info.run_id, "--json"))
    assert {name: shown[name] for name in ("run_id", "run_name", "experiment_id", "artifact_uri", "start_time")} == {
        name: described["info"][name] for name in ("run_id", "run_name", "experiment_id", "artifact_uri", "start_time")
    }
    assert shown["metrics"] == described["data"]["metrics"]
    listed = said(mlflow_runs, "list", "--experiment-id", experiment_id)
    ours = said(trialog, "runs", "list", "--experiment-id", experiment_id)
    for found in client.search_runs([experiment_id]):
        assert found.info.run_id in listed
        assert found.info.run_id in ours
    tables = [
        list(csv.DictReader(io.StringIO(said(command, *group, "csv", "--experiment-id", experiment_id))))
        for command, *group in ((mlflow_experiments,), (trialog, "experiments"))
    ]
    theirs, own = ({row["run_id"]: row for row in rows} for rows in tables)
    same = ("experiment_id", "status", "artifact_uri", "params.p", "tags.mlflow.runName")
    assert {run_id: [row[name] for name in same] for run_id, row in theirs.items()} == {
        run_id: [row[name] for name in same] for run_id, row in own.items()
    }
    assert {run_id: float(row["metrics.m"]) for run_id, row in theirs.items()} == {
        run_id: float(row["metrics.m"]) for run_id, row in own.items()
    }
    assert set(theirs[run.info.run_id]) <= set(own[run.info.run_id])
    said(mlflow_experiments, "csv", "-x", experiment_id, "-o", "theirs.csv")
    said(trialog, "experiments", "csv", "-x", experiment_id, "-o", "ours.csv")
    assert Path("ours.csv").read_bytes().count(b"\r\n") == 4
