"""Several worker processes: one that is killed comes back, and nothing needs the tracking server to go on."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.e2e.serving.model_server import (
    SECONDS,
    ModelServer,
    predicted,
    register,
    save_function,
    start_model_server,
    wait_for,
)
from tests.servers import start_trialog
from trialog.sdk.client import Client

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="There one process serves")

NAME = "pulse"
# Says which process answered.
TELLS = "import os\ndef predict(model_input): return [os.getpid() for _ in model_input]"
WORKERS = 2


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelServer]:
    """A model server with several workers, whose tracking server is gone."""
    place = tmp_path_factory.mktemp("workers")
    with start_trialog(place / "server") as tracking:
        client = Client(tracking.url)
        client.create_registered_model(NAME)
        register(client, NAME, save_function(place / "model", TELLS))
        arguments = ("--workers", str(WORKERS), "--watch", "0.05", "--allow-pickle", "--tracking-uri", tracking.url)
        opened = start_model_server(place, f"models:/{NAME}/latest", *arguments)
        server = opened.__enter__()
        wait_for(lambda: server.figure("worker_starts_total") == WORKERS, lambda: server.log)
        wait_for(lambda: len(workers(server)) == WORKERS, lambda: server.log)
        wait_for(lambda: len(answering(server)) == WORKERS, lambda: server.log)
    try:
        yield server
    finally:
        opened.__exit__(None, None, None)


def workers(server: ModelServer) -> set[int]:
    return {child.pid for child in psutil.Process(server.process.pid).children()}


def answering(server: ModelServer) -> set[int]:
    """Return the processes that answer some connections."""
    found = set()
    for _ in range(20):
        found |= set(server.predict(0.0))
    return found


def test_the_tracking_server_may_be_gone(server: ModelServer) -> None:
    failures = server.figure("watch_failures_total")
    wait_for(lambda: server.figure("watch_failures_total") > failures, lambda: server.log)
    assert answering(server) <= workers(server)
    # However often it is asked, that is told once by each.
    assert 1 <= server.log.count("cannot be asked for") <= WORKERS


def test_a_killed_worker_comes_back_while_the_other_answers(server: ModelServer) -> None:
    before = workers(server)
    killed = min(before)
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: killed not in workers(server), lambda: server.log)
    # New connections are answered at once, by whoever is there.
    assert server.predict(0.0)[0] in before - {killed}
    wait_for(lambda: len(answering(server)) == WORKERS, lambda: server.log)
    assert len(workers(server) - before) == 1
    assert f"(process {killed}) ended by signal 9" in server.log
    # Its figures are there as before.
    assert server.figure("worker_starts_total") == WORKERS + 1


def test_figures_are_those_of_all_workers(server: ModelServer) -> None:
    def count() -> int:
        with server.client() as client:
            text = client.get("/metrics").text
        [line] = [line for line in text.splitlines() if line.startswith('trialog_serving_requests_total{code="200"}')]
        return int(line.rpartition(" ")[2])

    before = count()
    assert len({server.predict(0.0)[0] for _ in range(20)}) >= 1
    assert {count() for _ in range(10)} == {before + 20}


def test_all_workers_end_with_the_process_above(server: ModelServer) -> None:
    pids = workers(server)
    with server.client() as kept_open:
        assert predicted(kept_open, 0.0)
        server.process.terminate()
        assert server.process.wait(SECONDS) == 0, server.log
    assert not any(psutil.pid_exists(pid) for pid in pids)
    with pytest.raises(httpx.ConnectError, match="refused"):
        server.predict(0.0)


def test_workers_end_when_the_process_above_is_killed(tmp_path: Path) -> None:
    folder = save_function(tmp_path / "model", TELLS)
    kept = {"TMPDIR": str(tmp_path)}
    with start_model_server(tmp_path, folder, "--workers", "2", "--allow-pickle", environment=kept) as server:
        wait_for(lambda: len(workers(server)) == WORKERS, lambda: server.log)
        pids = workers(server)
        server.process.kill()
        server.process.wait(SECONDS)
        wait_for(lambda: not any(psutil.pid_exists(pid) for pid in pids), lambda: server.log)
    assert list(tmp_path.glob("trialog-serving-*")) == []
