"""The servers that are compared, started as their users start them."""

import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

import trialog
from benchmarks.mlflow_environment import VERSION, mlflow_python
from benchmarks.variables import usual_variables

START_SECONDS = 240.0
STOP_SECONDS = 30.0
POLL_SECONDS = 0.005
LOG_TAIL_CHARACTERS = 3000
MOST_SETTLE_SECONDS = 20.0
# A server has settled when it uses less than this of a processor for so many seconds.
QUIET_CPU_SECONDS = 0.15
QUIET_SECONDS = 2
MEMORY_SECONDS = 0.5


@dataclass(frozen=True)
class Contestant:
    """A server to measure.

    Attributes:
        name: As the table calls it.
        version: Its version.
        command: What starts it, up to the options that all have in common.
    """

    name: str
    version: str
    command: Sequence[str]


@dataclass(frozen=True)
class Running:
    """A server that answers.

    Attributes:
        port: Port of 127.0.0.1 that it listens on.
        seconds_to_answer: From the command to the first answer of `/health`.
        process: Its first process.
    """

    port: int
    seconds_to_answer: float
    process: psutil.Process

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def tree(self) -> list[psutil.Process]:
        """All its processes."""
        return [self.process, *self.process.children(recursive=True)]

    def cpu_seconds(self) -> float:
        """Processor time that all its processes have used so far."""
        return sum(times.user + times.system for times in (process.cpu_times() for process in self.tree()))

    def resident_megabytes(self) -> float:
        """Memory of all its processes; what they share counts in each of them."""
        return sum(process.memory_info().rss for process in self.tree()) / 1e6

    def settle(self, most_seconds: float = MOST_SETTLE_SECONDS) -> None:
        """Wait until it has loaded all it loads: MLflow's goes on loading its workers after its first answer.

        Args:
            most_seconds: When to wait no longer.
        """
        end = time.monotonic() + most_seconds
        quiet = 0
        while quiet < QUIET_SECONDS and time.monotonic() < end:
            before = self.cpu_seconds()
            time.sleep(1)
            quiet = quiet + 1 if self.cpu_seconds() - before < QUIET_CPU_SECONDS else 0

    @contextmanager
    def peak_megabytes(self) -> Iterator[list[float]]:
        """Look at its memory again and again while the block runs; afterwards the list holds what was seen."""
        seen: list[float] = []
        over = threading.Event()

        def look() -> None:
            while not over.wait(MEMORY_SECONDS):
                # A worker may end between being listed and being looked at.
                with suppress(psutil.NoSuchProcess):
                    seen.append(self.resident_megabytes())

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        try:
            yield seen
        finally:
            over.set()
            thread.join()
            seen.append(self.resident_megabytes())


def mlflow_server() -> Contestant:
    """Return MLflow's server, installed now if it is not yet."""
    return Contestant("MLflow", VERSION, (mlflow_python(), "-m", "mlflow", "server"))


def trialog_server() -> Contestant:
    """Return Trialog's server."""
    return Contestant("Trialog", trialog.__version__, (sys.executable, "-m", "trialog", "server"))


@contextmanager
def running(
    contestant: Contestant, directory: Path, uri: str | None = None, *, environment: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Run a server until the block ends.

    Args:
        contestant: The server.
        directory: Where its artifacts and its log lie.
        uri: Address of its store; a file of SQLite in the directory if None.
        environment: Variables that it is started with beside the usual ones.
    """
    command = [*contestant.command, "--backend-store-uri", uri or f"sqlite:///{directory / 'store.db'}"]
    command += ["--artifacts-destination", str(directory / "artifacts")]
    with answering(command, directory, environment=environment) as server:
        yield server


@contextmanager
def answering(
    command: Sequence[str], directory: Path, *, environment: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Run what serves `/health` until the block ends.

    Args:
        command: What starts it, but for the options `--host` and `--port`.
        directory: Where it runs and its log lies.
        environment: Variables that it is started with beside the usual ones.
    """
    port = _free_port()
    with (directory / "server.log").open("ab") as log:
        begin = time.perf_counter()
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            cwd=directory,
            env={**usual_variables(), "MLFLOW_DISABLE_TELEMETRY": "true", **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        seconds = _seconds_to_answer(process, port, begin, directory / "server.log")
        yield Running(port, seconds, psutil.Process(process.pid))
    finally:
        _stop(process)


def _free_port() -> int:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _seconds_to_answer(process: "subprocess.Popen[bytes]", port: int, begin: float, log: Path) -> float:
    while not _answers(port):
        elapsed = time.perf_counter() - begin
        if process.poll() is not None or elapsed > START_SECONDS:
            end = log.read_text(encoding="utf-8", errors="replace")[-LOG_TAIL_CHARACTERS:]
            raise SystemExit(f"The server did not start within {elapsed:.0f} s. Its log ends with:\n{end}")
        time.sleep(POLL_SECONDS)
    return time.perf_counter() - begin


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        tree = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _, left = psutil.wait_procs(tree, timeout=STOP_SECONDS)
        for child in left:
            child.kill()
