"""A folder that MLflow wrote: its client reads the same from the folder and from a server that shows it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from tests.compat.old_environment import SCRIPTS, old_python
from tests.mlruns_folder import state_of
from tests.servers import start_trialog

# The first use installs the old client, which takes a minute or more.
pytestmark = pytest.mark.timeout(1200)

CLIENTS = ("2.22", "3.17")
_opener = build_opener(ProxyHandler({}))


def run_client(version: str, script: str, directory: Path, uri: str, **variables: str) -> Any:
    """Run a script with one of the clients, and return what it wrote down."""
    python = str(old_python()) if version == "2.22" else sys.executable
    result = directory / "result.json"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "PYTHON"))}
    environment = {
        **kept,
        "MLFLOW_ALLOW_FILE_STORE": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
        "MLFLOW_TRACKING_URI": uri,
        "PYTHONUTF8": "1",
        **variables,
    }
    command = [python, str(SCRIPTS / script), str(result)]
    finished = subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert finished.returncode == 0, f"{finished.stdout}\n{finished.stderr}"
    return json.loads(result.read_text(encoding="utf-8"))


class Written:
    """A folder that a client wrote, with a server that shows it.

    Args:
        version: Of the client.
        directory: Where the folder lies.
        ids: What it says of what it wrote.
        url: Of the server.
    """

    def __init__(self, version: str, directory: Path, ids: Any, url: str) -> None:
        self.version = version
        self.directory = directory
        self.folder = directory / "mlruns"
        self.ids = ids
        self.url = url

    def read(self, uri: str) -> Any:
        """What the client reads there."""
        return run_client(self.version, "mlruns_reader.py", self.directory, uri, RUN=self.ids["run"])


@pytest.fixture(scope="module", params=CLIENTS)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Written]:
    directory = tmp_path_factory.mktemp("mlruns")
    folder = directory / "mlruns"
    ids = run_client(request.param, "mlruns_writer.py", directory, folder.as_uri())
    cache = {name: str(directory / "cache") for name in ("XDG_CACHE_HOME", "LOCALAPPDATA")}
    options = ("--backend-store-uri", "../mlruns")
    with start_trialog(directory / "server", *options, environment=cache) as server:
        yield Written(request.param, directory, ids, server.url)


def test_the_client_reads_the_same_from_both(written: Written) -> None:
    of_folder = written.read(written.folder.as_uri())
    before = state_of(written.folder)
    of_server = written.read(written.url)
    assert of_folder["version"].startswith(written.version)
    assert of_server.keys() == of_folder.keys()
    for name, said in of_folder.items():
        assert of_server[name] == said, name
    assert len(of_folder["runs"]) >= 7
    assert [len(found) for found in of_folder["searches"]][1:] == [3, 1, 4, 1, 1]
    assert state_of(written.folder) == before


def test_what_is_written_meanwhile_is_shown(written: Written) -> None:
    run_client(
        written.version, "mlruns_appender.py", written.directory, written.folder.as_uri(), RUN=written.ids["run"]
    )
    client = MlflowClient(tracking_uri=written.url)
    for _ in range(1000):
        if "appended" in client.get_run(written.ids["run"]).data.tags:
            break
    run = client.get_run(written.ids["run"])
    assert run.data.tags["appended"] == "yes"
    assert run.data.metrics["epoch loss"] == -1.0
    assert len(client.get_metric_history(written.ids["run"], "epoch loss")) == 301


def test_writing_is_refused_with_the_reason(written: Written) -> None:
    client = MlflowClient(tracking_uri=written.url)
    before = state_of(written.folder)
    run_id, experiment = written.ids["run"], written.ids["experiment"]
    for write in (
        lambda: client.create_experiment("new"),
        lambda: client.create_run(experiment),
        lambda: client.log_metric(run_id, "m", 1.0),
        lambda: client.log_param(run_id, "p", "1"),
        lambda: client.set_tag(run_id, "t", "1"),
        lambda: client.delete_run(run_id),
        lambda: client.delete_experiment(experiment),
        lambda: client.create_registered_model("new"),
        lambda: client.set_registered_model_alias("credit scoring", "new", "1"),
        lambda: client.update_model_version("credit scoring", "1", "described"),
        lambda: client.delete_registered_model("empty"),
    ):
        with pytest.raises(MlflowException, match="belongs to MLflow and is only read here"):
            write()
    assert state_of(written.folder) == before


def test_the_page_is_told_that_nothing_can_be_changed(written: Written) -> None:
    with _opener.open(f"{written.url}/api/trialog/v1/runs/{written.ids['run']}", timeout=30) as answer:
        assert json.load(answer)["permission"] == "READ"


def test_a_folder_that_was_moved_keeps_its_artifacts(written: Written, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(written.folder, moved)
    cache = {name: str(tmp_path / "cache") for name in ("XDG_CACHE_HOME", "LOCALAPPDATA")}
    query = urlencode({"run_id": written.ids["run"], "path": "notes/deep/text.txt"})
    (moved / written.ids["experiment"] / written.ids["run"] / "artifacts/notes/deep/text.txt").write_text("moved")
    with start_trialog(tmp_path, "--backend-store-uri", moved.as_uri(), environment=cache) as server:
        with _opener.open(f"{server.url}/get-artifact?{query}", timeout=30) as answer:
            assert answer.read() == b"moved"
        uri = MlflowClient(tracking_uri=server.url).get_run(written.ids["run"]).info.artifact_uri
    assert uri.startswith(written.folder.as_uri())
