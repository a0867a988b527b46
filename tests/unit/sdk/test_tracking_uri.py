"""Where a process tracks, and what cannot be opened."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from trialog.errors import (
    ConfigurationError,
    ConnectionFailed,
    InvalidParameter,
    MissingDependency,
    StoreVersionError,
    TrialogError,
)
from trialog.sdk.tracking_uri import (
    close_transports,
    current_uri,
    get_tracking_uri,
    is_tracking_uri_set,
    open_transport,
    set_tracking_uri,
    shown_uri,
)
from trialog.wire.messages.experiments import CreateExperimentResponse, ExperimentResponse
from trialog.wire.messages.model_versions import ModelVersionResponse
from trialog.wire.messages.registered_models import RegisteredModelResponse
from trialog.wire.messages.runs import RunResponse

VARIABLE = "MLFLOW_TRACKING_URI"


@pytest.fixture(autouse=True)
def _apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    # Put back what this process sets.
    monkeypatch.setenv(VARIABLE, "")
    monkeypatch.delenv("MLFLOW_WORKSPACE", raising=False)
    yield
    set_tracking_uri(None)
    close_transports()


def test_without_anything_said_it_is_the_usual_server() -> None:
    assert not is_tracking_uri_set()
    assert current_uri() is None
    assert get_tracking_uri() == "http://127.0.0.1:5000"
    assert open_transport().url == "http://127.0.0.1:5000"


def test_the_server_that_left_its_address_here_is_found(tmp_path: Path) -> None:
    (tmp_path / "trialog.address").write_text("http://127.0.0.1:5017\n")
    assert get_tracking_uri() == "http://127.0.0.1:5017"
    assert open_transport().url == "http://127.0.0.1:5017"


def test_the_variable_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "http://ml.example:81/t")
    assert is_tracking_uri_set()
    assert get_tracking_uri() == "http://ml.example:81/t"
    assert open_transport().url == "http://ml.example:81/t"


def test_what_is_set_beats_the_variable_and_goes_to_processes_that_are_started() -> None:
    set_tracking_uri("http://ml.example")
    assert (get_tracking_uri(), current_uri(), os.environ[VARIABLE]) == ("http://ml.example",) * 3
    code = "from trialog.sdk.tracking_uri import get_tracking_uri; print(get_tracking_uri())"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    printed = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "http://ml.example"
    set_tracking_uri("")
    assert not is_tracking_uri_set()


def test_a_file_stays_the_same_wherever_the_process_goes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    set_tracking_uri("sqlite:///trialog.db")
    assert get_tracking_uri() == "sqlite:///trialog.db"
    monkeypatch.chdir(tmp_path / "elsewhere")
    opened = open_transport()
    assert opened is open_transport(f"sqlite:///{(tmp_path / 'trialog.db').as_posix()}")
    assert (tmp_path / "trialog.db").exists()
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_path_is_that_of_a_folder(tmp_path: Path) -> None:
    set_tracking_uri(tmp_path / "mlruns")
    assert get_tracking_uri() == (tmp_path / "mlruns").as_uri()


def test_who_names_the_same_shares_one() -> None:
    first = open_transport("http://ml.example")
    assert first is open_transport("http://ml.example")
    assert first is not open_transport("http://other.example")
    first.close()
    assert first is not open_transport("http://ml.example")


def test_another_token_is_another_client(monkeypatch: pytest.MonkeyPatch) -> None:
    first = open_transport("http://ml.example")
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "tlg_x")
    assert first is not open_transport("http://ml.example")


def test_passwords_are_not_shown() -> None:
    assert shown_uri("postgresql://bot:secret@db/ml") == "postgresql://bot:***@db/ml"


@pytest.mark.parametrize(
    ("uri", "kind", "code"),
    [
        ("databricks", InvalidParameter, "tracking_uri.unknown"),
        ("trialog.db", InvalidParameter, "tracking_uri.unknown"),
        ("mysql://bot:secret@db/ml", InvalidParameter, "tracking_uri.unknown"),
        ("sqlite:///nowhere/trialog.db", ConfigurationError, "store.cannot_open"),
        ("sqlite://", ConfigurationError, "store.no_file"),
        ("postgresql://bot:secret@127.0.0.1:1/ml", ConfigurationError, "store.cannot_open_database"),
        ("file:///no/such/folder", ConfigurationError, "mlruns.not_there"),
    ],
)
def test_what_cannot_be_opened_is_said(tmp_path: Path, uri: str, kind: type[TrialogError], code: str) -> None:
    with pytest.raises(kind, match=r".") as refused:
        open_transport(uri)
    assert refused.value.code == code
    assert "secret" not in str(refused.value)
    assert [path.name for path in tmp_path.iterdir() if path.name != "mlartifacts"] == []


def test_a_database_of_mlflow_is_left_as_it_is(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as connection:
        connection.executescript(
            "CREATE TABLE experiments (id); CREATE TABLE runs (id); CREATE TABLE alembic_version (id);"
        )
    before = (tmp_path / "mlflow.db").read_bytes()
    with pytest.raises(StoreVersionError, match="is MLflow's own"):
        open_transport("sqlite:///mlflow.db")
    assert (tmp_path / "mlflow.db").read_bytes() == before


@pytest.mark.parametrize(
    ("package", "uri", "extra"),
    [("sqlalchemy", "sqlite:///x.db", "server"), ("psycopg", "postgresql://bot@db/ml", "postgres")],
)
def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, package: str, uri: str, extra: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingDependency, match=rf"pip install 'trialog\[{extra}\]'"):
        open_transport(uri)


def test_a_store_that_is_opened_knows_who_opened_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ada")
    store = open_transport("sqlite:///trialog.db")
    assert store.call("create_run", RunResponse, experiment_id="0").run.info.user_id == "ada"
    named = store.call("create_run", RunResponse, experiment_id="0", user_id="grace")
    assert named.run.info.user_id == "grace"
    store.call("create_registered_model", RegisteredModelResponse, name="m")
    run_id, source = named.run.info.run_id, f"{named.run.info.artifact_uri}/model"
    made = store.call("create_model_version", ModelVersionResponse, name="m", source=source, run_id=run_id)
    assert made.model_version.user_id == "ada"


def test_refusals_are_those_of_a_server() -> None:
    store = open_transport("sqlite:///trialog.db")
    made = store.call("create_experiment", CreateExperimentResponse, name="a")
    found = store.call("get_experiment", ExperimentResponse, experiment_id=made.experiment_id).experiment
    assert found.artifact_location == f"mlflow-artifacts:/{made.experiment_id}"
    with pytest.raises(TrialogError, match="exists") as refused:
        store.call("create_experiment", CreateExperimentResponse, name="a")
    assert refused.value.error_code == "RESOURCE_ALREADY_EXISTS"


def test_a_closed_store_says_so() -> None:
    store = open_transport("sqlite:///trialog.db")
    store.close()
    with pytest.raises(ConnectionFailed, match="was closed before") as refused:
        store.call("get_experiment", ExperimentResponse, experiment_id="0")
    assert refused.value.code == "connection.closed"
