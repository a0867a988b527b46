"""A server that fluent functions log to, and a process that knows nothing of the tests before."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import trialog
from tests.servers import start_trialog
from trialog.sdk.entities import Run
from trialog.sdk.fluent.experiments import forget_experiment
from trialog.sdk.fluent.process import finish
from trialog.sdk.reports import forget_reports
from trialog.sdk.settings import forget_settings
from trialog.sdk.tracking_uri import close_transports

Stored = Callable[[str], Run]


@pytest.fixture(scope="package")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with start_trialog(tmp_path_factory.mktemp("fluent")) as server:
        yield server.url


@pytest.fixture(autouse=True)
def fresh_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings of the test alone, and nothing left open behind it."""
    for name in ("MLFLOW_RUN_ID", "MLFLOW_EXPERIMENT_NAME", "MLFLOW_EXPERIMENT_ID", "TRIALOG_MODE", "TRIALOG_STRICT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TRIALOG_SPOOL_FOLDER", str(tmp_path / "spool"))
    monkeypatch.setenv("TRIALOG_SOURCE", "tags")
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    _forget()
    yield
    while trialog.active_run() is not None:
        trialog.end_run()
    finish()
    trialog.set_tracking_uri(None)
    close_transports()
    _forget()


@pytest.fixture
def tracked(url: str) -> str:
    """Logs to the server, whose address it is."""
    trialog.set_tracking_uri(url)
    return url


@pytest.fixture
def stored(tracked: str) -> Stored:
    """Returns what the server knows of a run."""
    return lambda run_id: trialog.Client(tracked).get_run(run_id)


def _forget() -> None:
    forget_settings()
    forget_reports()
    forget_experiment()
