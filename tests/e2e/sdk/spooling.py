"""What tests of the spool share: runs on a real server, and what has arrived there."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from trialog.entities import Metric
from trialog.remote.settings import Patience, connection_settings
from trialog.sdk.spool.spooled_run import SpooledRun
from trialog.sdk.transport import Transport
from trialog.wire.messages.metrics import GetMetricHistoryResponse
from trialog.wire.messages.runs import RunMessage, RunResponse

LONG = 60.0
"""So long tests wait at most for what must come."""


_opened: dict[str, Transport] = {}


def opens(url: str) -> Callable[[], Transport]:
    """What opens a transport to a server, which asks once; one for all of a test."""

    def open_transport() -> Transport:
        if url not in _opened:
            _opened[url] = Transport(connection_settings(url, {}, Patience(attempts=1, timeout_seconds=30.0)))
        return _opened[url]

    return open_transport


def close_opened() -> None:
    """Close what a test opened."""
    for transport in _opened.values():
        transport.close()
    _opened.clear()


def new_run(url: str, **given: object) -> SpooledRun:
    """A run that is to be begun."""
    usual = {"run_id": uuid4().hex, "writer": uuid4().hex, "begins": True, "experiment_name": "spool"}
    return SpooledRun(**{"tracking_uri": url, **usual, **given})  # type: ignore[arg-type]  # each test gives what fits


def run_on(url: str, run_id: str) -> RunMessage:
    """A run as the server knows it."""
    return opens(url)().call("get_run", RunResponse, run_id=run_id).run


def points_on(url: str, run_id: str, key: str) -> list[Metric]:
    """All points of a metric that the server has, by page."""
    transport, points, token = opens(url)(), list[Metric](), None
    while True:
        page = transport.call(
            "get_metric_history",
            GetMetricHistoryResponse,
            run_id=run_id,
            metric_key=key,
            max_results=25_000,
            page_token=token,
        )
        points += page.metrics
        token = page.next_page_token
        if not token:
            return points


def steps_on(url: str, run_id: str, key: str = "loss") -> list[int]:
    """Steps of all points of a metric on the server, in order of steps."""
    return sorted(point.step for point in points_on(url, run_id, key))


def files_in(folder: Path) -> list[str]:
    """Paths of all files below a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def trialog(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run the command line."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "TRIALOG_"))}
    command = [sys.executable, "-m", "trialog", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=120, env={**kept, **variables})
