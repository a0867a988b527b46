"""A store that processes open themselves, beside a server and `trialog gc` that have it open too."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.e2e.rest import RestClient
from tests.e2e.sdk.embedded_logging import KEY, POINTS, log_runs
from tests.postgresql import new_database
from tests.servers import start_trialog
from trialog.sdk.tracking_uri import close_transports, open_transport
from trialog.sdk.transport import Transport
from trialog.wire.messages.artifacts import ListArtifactsResponse
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.metrics import GetMetricHistoryResponse
from trialog.wire.messages.runs import RunResponse, SearchRunsResponse

RUNS, BATCHES, THREADS = 2, 15, 3
SECONDS = 120
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(params=["sqlite", "postgresql"])
def uri(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield sqlite_uri(tmp_path)
        return
    if sys.platform == "win32":
        pytest.skip("there is no PostgreSQL for tests on Windows")
    with new_database() as address:
        yield address


@pytest.fixture(autouse=True)
def _apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("MLFLOW_ARTIFACTS_DESTINATION", str(tmp_path / "artifacts"))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    yield
    close_transports()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts Python with arguments; its standard output can be read."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> "subprocess.Popen[str]":
        command = [sys.executable, *arguments]
        path = os.pathsep.join([str(Path(__file__).parents[3]), *sys.path])
        environment = {**os.environ, "PYTHONPATH": path}
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def sqlite_uri(folder: Path) -> str:
    return f"sqlite:///{(folder / 'trialog.db').as_posix()}"


def answer_of(process: "subprocess.Popen[str]") -> str:
    output, errors = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, errors
    return output


def steps_of(transport: Transport, run_id: str) -> list[int]:
    found = transport.call("get_metric_history", GetMetricHistoryResponse, run_id=run_id, metric_key=KEY)
    return [point.step for point in found.metrics]


def test_servers_scripts_and_gc_share_one_store_and_nothing_is_lost(uri: str, tmp_path: Path, start: Start) -> None:
    every = list(range(BATCHES * POINTS))
    with start_trialog(tmp_path, "--backend-store-uri", uri) as server, ThreadPoolExecutor(16) as threads:
        embedded, by_http = open_transport(uri), open_transport(server.url)
        binned = log_runs(embedded, 3, 2)
        for run_id in binned:
            by_http.call("delete_run", EmptyResponse, run_id=run_id)
        scripts = [start("-m", "tests.e2e.sdk.embedded_logging", uri, str(RUNS), str(BATCHES)) for _ in range(2)]
        gc = start("-m", "trialog", "gc", "--backend-store-uri", uri, "--run-ids", ",".join(binned), "--yes")
        logging = [threads.submit(log_runs, embedded, RUNS, BATCHES) for _ in range(THREADS)]
        logging += [threads.submit(log_runs, by_http, RUNS, BATCHES) for _ in range(THREADS)]
        while not all(one.done() for one in logging):
            for transport in (embedded, by_http):
                transport.call("search_runs", SearchRunsResponse, experiment_ids=["0"], max_results=5)
        run_ids = [run_id for one in logging for run_id in one.result()]
        for script in scripts:
            run_ids += json.loads(answer_of(script))
        assert "3 runs" in answer_of(gc)

        assert len(set(run_ids)) == (2 * THREADS + len(scripts)) * RUNS
        for transport in (embedded, by_http):
            assert {run_id: steps_of(transport, run_id) for run_id in run_ids} == dict.fromkeys(run_ids, every)
            found = transport.call("search_runs", SearchRunsResponse, experiment_ids=["0"], run_view_type="ALL")
            assert {run.info.run_id for run in found.runs} == set(run_ids)


def test_what_was_logged_without_a_server_is_served_later(uri: str, tmp_path: Path) -> None:
    embedded = open_transport(uri)
    run_id = log_runs(embedded, 1, 1)[0]
    embedded.send("write_run_artifact", EmptyResponse, b"weights", "text/plain", run_id=run_id, path="model.bin")
    close_transports()
    with start_trialog(tmp_path, "--backend-store-uri", uri) as server, RestClient(server.url):
        by_http = open_transport(server.url)
        assert steps_of(by_http, run_id) == list(range(POINTS))
        assert b"".join(by_http.download("get_run_artifact", run_id=run_id, path="model.bin")) == b"weights"
    assert steps_of(open_transport(uri), run_id) == list(range(POINTS))


def test_artifacts_are_found_wherever_the_server_is_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MLFLOW_ARTIFACTS_DESTINATION")
    for folder in ("data", "notebooks"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    embedded = open_transport("sqlite:///../data/trialog.db")
    run_id = log_runs(embedded, 1, 1)[0]
    embedded.send("write_run_artifact", EmptyResponse, b"weights", "text/plain", run_id=run_id, path="model.bin")
    close_transports()
    assert [path.name for path in (tmp_path / "data" / "mlartifacts").rglob("*.bin")] == ["model.bin"]
    monkeypatch.chdir(tmp_path)
    again = open_transport("sqlite:///data/trialog.db")
    assert b"".join(again.download("get_run_artifact", run_id=run_id, path="model.bin")) == b"weights"


def test_a_closed_store_leaves_one_whole_file(tmp_path: Path) -> None:
    log_runs(open_transport(sqlite_uri(tmp_path)), 1, 3)
    close_transports()
    assert [path.name for path in tmp_path.glob("trialog.db*")] == ["trialog.db"]


AT_EXIT = """
import atexit, sys
from tests.e2e.sdk.embedded_logging import log_points, log_runs
from trialog.sdk.tracking_uri import open_transport
transport = open_transport(sys.argv[1])
run_id = log_runs(transport, 1, 1)[0]
sys.stdout.write(run_id)

@atexit.register
def log_the_last():
    # More than is read in the thread of the event loop, and a file beside.
    from trialog.wire.messages.base import EmptyResponse
    from trialog.entities import Metric
    metrics = [Metric(key="late", value=1.0, timestamp=1, step=step) for step in range(900)]
    for _ in range(8):
        transport.call("log_batch", EmptyResponse, run_id=run_id, metrics=metrics)
    transport.send("write_run_artifact", EmptyResponse, b"last", "text/plain", run_id=run_id, path="last.txt")
"""


def test_the_store_works_until_the_process_has_ended_and_is_closed_then(uri: str, tmp_path: Path, start: Start) -> None:
    run_id = answer_of(start("-c", AT_EXIT, uri))
    assert {path.name for path in tmp_path.glob("trialog.db*")} <= {"trialog.db"}
    found = open_transport(uri).call("get_run", RunResponse, run_id=run_id).run.data
    assert [(metric.key, metric.step) for metric in found.metrics] == [("late", 899), (KEY, POINTS - 1)]
    assert b"".join(open_transport(uri).download("get_run_artifact", run_id=run_id, path="last.txt")) == b"last"


FORKING = """
import os, sys, threading
from tests.e2e.sdk.embedded_logging import log_points, log_runs
from trialog.sdk.tracking_uri import open_transport
transport = open_transport(sys.argv[1])
run_id = log_runs(transport, 1, 0)[0]
ended = threading.Event()
batches = 0

def log_meanwhile():
    global batches
    while not ended.is_set():
        log_points(transport, run_id, batches)
        batches += 1

logging = threading.Thread(target=log_meanwhile)
logging.start()
children = []
for number in range(1, 4):
    child = os.fork()
    if child == 0:
        for batch in range(5):
            log_points(transport, run_id, 10_000 * number + batch)
        log_points(open_transport(sys.argv[1]), run_id, 10_000 * number + 5)
        sys.exit(0)
    children.append(child)
states = [os.waitpid(child, 0)[1] for child in children]
ended.set()
logging.join()
print(run_id, batches, *states)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_both_processes_of_a_fork_go_on_logging_and_nothing_is_lost(uri: str, start: Start) -> None:
    run_id, batches, *states = answer_of(start("-c", FORKING, uri)).split()
    assert states == ["0", "0", "0"]
    firsts = [*range(int(batches)), *(10_000 * number + batch for number in range(1, 4) for batch in range(6))]
    expected = [step for first in firsts for step in range(first * POINTS, (first + 1) * POINTS)]
    assert steps_of(open_transport(uri), run_id) == expected


LARGE = """
import hashlib, resource, sys
from pathlib import Path
from tests.e2e.sdk.embedded_logging import log_runs
from trialog.sdk.tracking_uri import open_transport
from trialog.wire.messages.base import EmptyResponse
transport = open_transport(sys.argv[1])
run_id = log_runs(transport, 1, 1)[0]
transport.send("write_run_artifact", EmptyResponse, b"small", "text/plain", run_id=run_id, path="small.bin")
list(transport.download("get_run_artifact", run_id=run_id, path="small.bin"))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with Path(sys.argv[2]).open("rb") as file:
    transport.send(
        "write_run_artifact", EmptyResponse, file, "application/octet-stream", run_id=run_id, path="large.bin"
    )
digest, size = hashlib.sha256(), 0
for piece in transport.download("get_run_artifact", run_id=run_id, path="large.bin"):
    digest.update(piece)
    size += len(piece)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(size, digest.hexdigest(), after - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="how much memory was used at most is told in kilobytes there alone")
def test_a_large_file_goes_through_in_little_memory(tmp_path: Path, start: Start) -> None:
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        # A hole, which takes no place on the disk to read from.
        file.truncate(200 * 1024 * 1024)
        file.seek(100 * 1024 * 1024)
        file.write(b"in the middle")
    size, digest, kilobytes = answer_of(start("-c", LARGE, sqlite_uri(tmp_path), str(large))).split()
    assert int(size) == large.stat().st_size
    assert digest == sha256_of(large)
    assert int(kilobytes) < 32 * 1024


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def test_an_answer_that_nobody_reads_to_its_end_holds_nothing_up(tmp_path: Path) -> None:
    # Stores that tests before opened in this process may still have theirs.
    before = set(threading.enumerate())
    embedded = open_transport(sqlite_uri(tmp_path))
    run_id = log_runs(embedded, 1, 1)[0]
    content = os.urandom(8 * 1024 * 1024)
    embedded.send("write_run_artifact", EmptyResponse, content, "text/plain", run_id=run_id, path="a.bin")
    given_up = embedded.download("get_run_artifact", run_id=run_id, path="a.bin")
    assert content.startswith(next(given_up))
    del given_up
    ignored = embedded.download("get_run_artifact", run_id=run_id, path="a.bin")
    assert b"".join(embedded.download("get_run_artifact", run_id=run_id, path="a.bin")) == content
    ignored_too = embedded.call("list_artifacts", ListArtifactsResponse, run_id=run_id)
    assert [file.path for file in ignored_too.files] == ["a.bin"]
    del ignored
    close_transports()
    mine = set(threading.enumerate()) - before
    assert [thread.name for thread in mine if thread.name.startswith("trialog-")] == []
