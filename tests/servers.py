"""Starts the real server as a process of its own, for tests that must see what a user's client sees."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

START_SECONDS = 60.0
STOP_SECONDS = 30.0
LOG_NAME = "server.log"
LOG_TAIL_CHARACTERS = 8000
if sys.platform == "win32":
    # There only a process group of its own can be interrupted without interrupting pytest too.
    INTERRUPT = signal.CTRL_BREAK_EVENT
    PROCESS_FLAGS = subprocess.CREATE_NEW_PROCESS_GROUP
else:
    INTERRUPT = signal.SIGINT
    PROCESS_FLAGS = 0

# A proxy named by the environment must not come between a test and the server on this machine.
_opener = build_opener(ProxyHandler({}))


@dataclass(frozen=True)
class RunningServer:
    """A server that answers.

    Attributes:
        url: Its address, such as `http://127.0.0.1:5000`, without a slash at the end.
        process: The process; a test may kill it, `start_trialog` does not mind.
        directory: Where its store, its artifacts and its log `server.log` lie.
    """

    url: str
    process: "subprocess.Popen[bytes]"
    directory: Path

    @property
    def log(self) -> str:
        """What the server has written to its standard output and error so far."""
        return (self.directory / LOG_NAME).read_text(encoding="utf-8", errors="replace")


def answers_health(url: str) -> bool:
    """Whether a server at `url` answers `/health` with OK."""
    try:
        with _opener.open(f"{url}/health", timeout=5) as response:
            answer: bytes = response.read()
            return answer.strip() == b"OK"
    except (URLError, ConnectionError, TimeoutError):
        return False


@contextmanager
def start_trialog(
    directory: Path, *arguments: str, port: int = 0, environment: Mapping[str, str] | None = None
) -> Iterator[RunningServer]:
    """Run `trialog server` in `directory` until the block ends.

    The store is `trialog.db` and the artifacts are `artifacts/` in that directory, so starting a second time in the
    same directory goes on with what the first one stored.

    Args:
        directory: Working directory of the server; made if it is not there.
        arguments: Further arguments of `trialog server`; they win over the ones given here.
        port: Port to listen on; a free one if 0.
        environment: Variables for the server beside the ones of this process.

    Yields:
        The server, which has answered `/health`.

    Raises:
        RuntimeError: The server ended or did not answer in time, or did not stop in time; its log is in the message.
    """
    directory.mkdir(parents=True, exist_ok=True)
    address = directory / "server.address"
    # A server that was killed leaves its own there.
    address.unlink(missing_ok=True)
    command = [sys.executable, "-m", "trialog", "server"]
    command += ["--backend-store-uri", f"sqlite:///{(directory / 'trialog.db').as_posix()}"]
    command += ["--artifacts-destination", str(directory / "artifacts")]
    command += ["--host", "127.0.0.1", "--port", str(port), "--address-file", str(address)]
    command += arguments
    with (directory / LOG_NAME).open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=directory,
            env=environment_of_servers(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            creationflags=PROCESS_FLAGS,
            # Ctrl-C is for the one who started the server; without effect on Windows.
            start_new_session=True,
        )
    try:
        yield RunningServer(_wait_until_healthy(process, directory), process, directory)
    finally:
        _stop(process, directory)


def environment_of_servers(extra: Mapping[str, str] | None) -> dict[str, str]:
    """Return this process's environment without the settings that would change the server under test.

    Args:
        extra: Variables to have beside it.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "TRIALOG_"))}
    return {**kept, "PYTHONUNBUFFERED": "1", **(extra or {})}


def _wait_until_healthy(process: "subprocess.Popen[bytes]", directory: Path) -> str:
    """Wait until the server answers and return its address."""
    address = directory / "server.address"
    deadline = time.monotonic() + START_SECONDS
    while not _ended_within(process, 0.02):
        url = address.read_text(encoding="utf-8").strip() if address.exists() else ""
        if url and answers_health(url):
            return url
        if time.monotonic() > deadline:
            raise RuntimeError(f"The server did not answer /health within {START_SECONDS:.0f} s.\n{_tail(directory)}")
    raise RuntimeError(f"The server ended with code {process.returncode} at its start.\n{_tail(directory)}")


def _stop(process: "subprocess.Popen[bytes]", directory: Path) -> None:
    if process.poll() is not None:
        return
    process.send_signal(INTERRUPT)
    if not _ended_within(process, STOP_SECONDS):
        process.kill()
        process.wait()
        raise RuntimeError(f"The server did not stop within {STOP_SECONDS:.0f} s of its interrupt.\n{_tail(directory)}")


def _ended_within(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _tail(directory: Path) -> str:
    log = (directory / LOG_NAME).read_text(encoding="utf-8", errors="replace")
    return f"Its log ends with:\n{log[-LOG_TAIL_CHARACTERS:]}"
