"""Drives the real `mlflow` client against a live server.

The server is a Trialog started for the session on a file; what concerns storage runs once more on one over PostgreSQL.
With `TRIALOG_COMPAT_SERVER=http://host:port` in the environment it is
whatever runs there instead, MLflow's own server included: the suite must pass on both.
"""

import os

# Read by mlflow and matplotlib when they are imported: a test reports nothing to anybody and opens no window.
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ["MPLBACKEND"] = "Agg"

import importlib
import logging
import sys
import uuid
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.tracking import fluent

from tests.compat.differences import Differences, differences_of
from tests.postgresql import new_database
from tests.servers import start_trialog

with warnings.catch_warnings():
    # The first import of this module warns of type hints in mlflow itself.
    warnings.simplefilter("ignore", UserWarning)
    importlib.import_module("mlflow.pyfunc")

HERE = Path(__file__).parent
GIVEN_SERVER = os.environ.get("TRIALOG_COMPAT_SERVER")
DATABASES = ("sqlite",) if sys.platform == "win32" else ("sqlite", "postgresql")
# Of the rest, whatever is stored passes through the same requests.
ABOUT_STORAGE = frozenset(
    {
        "test_datasets",
        "test_experiments",
        "test_logged_models",
        "test_metrics",
        "test_params_and_tags",
        "test_registry",
        "test_runs",
        "test_search",
    }
)

# Warnings of others about mlflow itself, which is as it is; pytest makes errors of all the rest.
IGNORED_WARNINGS = (
    # The client calls pandas and scikit-learn in ways that their next releases will drop.
    "ignore::DeprecationWarning:mlflow",
    "ignore::FutureWarning:mlflow",
    "ignore:.y_pred. was renamed:FutureWarning:sklearn",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if HERE in item.path.parents and not _is_concerned(item)]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.compat)
            for warning in IGNORED_WARNINGS:
                item.add_marker(pytest.mark.filterwarnings(warning))


def _is_concerned(item: pytest.Item) -> bool:
    parameters = getattr(item, "callspec", None)
    return parameters is None or parameters.params.get("server") != "postgresql" or item.path.stem in ABOUT_STORAGE


@pytest.fixture(scope="session", params=("given",) if GIVEN_SERVER else DATABASES)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the server under test."""
    if GIVEN_SERVER:
        yield GIVEN_SERVER.rstrip("/")
        return
    with ExitStack() as opened:
        options = []
        if request.param == "postgresql":
            options = ["--backend-store-uri", opened.enter_context(new_database())]
        yield opened.enter_context(start_trialog(tmp_path_factory.mktemp("server"), *options)).url


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
    # What a test turned on by its own name, that leaves on.
    if "mlflow.sklearn" in sys.modules:
        mlflow.sklearn.autolog(disable=True)
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
