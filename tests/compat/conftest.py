"""Drives the real `mlflow` client against a live server.

The server is a Trialog started for the session. With `TRIALOG_COMPAT_SERVER=http://host:port` in the environment it is
whatever runs there instead, MLflow's own server included: the suite must pass on both.
"""

import os

# Read by mlflow and matplotlib when they are imported: a test reports nothing to anybody and opens no window.
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ["MPLBACKEND"] = "Agg"

import importlib
import logging
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.tracking import fluent

from tests.compat.differences import Differences, differences_of
from tests.servers import start_trialog

with warnings.catch_warnings():
    # The first import of this module warns of type hints in mlflow itself.
    warnings.simplefilter("ignore", UserWarning)
    importlib.import_module("mlflow.pyfunc")

HERE = Path(__file__).parent

# Warnings of others about mlflow itself, which is as it is; pytest makes errors of all the rest.
IGNORED_WARNINGS = (
    # The client calls pandas and scikit-learn in ways that their next releases will drop.
    "ignore::DeprecationWarning:mlflow",
    "ignore::FutureWarning:mlflow",
    "ignore:.y_pred. was renamed:FutureWarning:sklearn",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.compat)
            for warning in IGNORED_WARNINGS:
                item.add_marker(pytest.mark.filterwarnings(warning))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the server under test."""
    given = os.environ.get("TRIALOG_COMPAT_SERVER")
    if given:
        yield given.rstrip("/")
        return
    with start_trialog(tmp_path_factory.mktemp("server")) as running:
        yield running.url


@pytest.fixture(scope="session")
def differences(server: str) -> Differences:
    return differences_of(server)


@pytest.fixture(autouse=True)
def _isolated(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test has an mlflow that knows the server and nothing of the tests before."""
    for name in [name for name in os.environ if name.startswith("MLFLOW_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    # An answer that the client repeats, a 5xx above all, is a fault of the server: show it, do not wait for it.
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    # Written by mlflow itself; named here so that the fixture's end takes them away again.
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server)
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", "")
    monkeypatch.delenv("MLFLOW_EXPERIMENT_ID")
    monkeypatch.chdir(tmp_path)
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    mlflow.set_tracking_uri(server)
    fluent._active_experiment_id = None
    yield
    mlflow.autolog(disable=True)
    while mlflow.active_run() is not None:
        mlflow.end_run()
    fluent._active_experiment_id = None
    mlflow.clear_active_model()


@pytest.fixture
def unique() -> str:
    """A word no other test uses: the tests share one server, and it may hold other people's data."""
    return uuid.uuid4().hex[:12]


@pytest.fixture
def client(server: str) -> MlflowClient:
    return MlflowClient(tracking_uri=server)


@pytest.fixture
def experiment(client: MlflowClient, unique: str) -> str:
    """Id of an experiment of this test alone, active for the fluent API."""
    experiment_id: str = client.create_experiment(f"compat-{unique}")
    mlflow.set_experiment(experiment_id=experiment_id)
    return experiment_id


@pytest.fixture
def run(client: MlflowClient, experiment: str) -> str:
    """Id of a running run of this test alone."""
    run_id: str = client.create_run(experiment).info.run_id
    return run_id
