"""Runs the server the demo speaks to, as a process of its own, like the one a user would start."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Final
from urllib.request import ProxyHandler, build_opener

from trialog.demo.directory import DemoDirectory
from trialog.errors import ConfigurationError

_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 30.0
_LOG_TAIL: Final = 4000
if sys.platform == "win32":
    _INTERRUPT: Final = signal.CTRL_BREAK_EVENT
    _FLAGS: Final = subprocess.CREATE_NEW_PROCESS_GROUP
    _GROUP: Final = None
else:
    _INTERRUPT: Final = signal.SIGINT
    _FLAGS: Final = 0
    _GROUP: Final = 0


class ServerProcess:
    """A running server.

    Args:
        process: The process.
        url: Its address.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", url: str) -> None:
        self._process = process
        self.url = url

    def wait(self) -> None:
        """Wait until the server ends by itself; Ctrl-C interrupts."""
        # In slices, because Windows does not interrupt a wait.
        while not _has_ended(self._process, 0.5):
            pass


def answers(url: str) -> bool:
    """Whether a server at `url` answers `/health` with OK."""
    # A proxy named by the environment has no business between two processes of one machine.
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(f"{url}/health", timeout=5) as response:
            answer: bytes = response.read()
            return answer.strip() == b"OK"
    except (OSError, HTTPException, ValueError):
        return False


@contextmanager
def run_server(directory: DemoDirectory, port: int | None) -> Iterator[ServerProcess]:
    """Run a server on the demo's empty store until the block ends.

    Args:
        directory: Where its store, artifacts and log lie.
        port: Port to listen on; the usual one, or the next free one, if None.

    Yields:
        The server, which answers.

    Raises:
        ConfigurationError: It does not start (`demo.server_failed`).
    """
    command = [sys.executable, "-m", "trialog", "server", "--host", "127.0.0.1"]
    command += ["--backend-store-uri", f"sqlite:///{directory.store.as_posix()}"]
    command += ["--artifacts-destination", str(directory.artifacts)]
    command += ["--address-file", str(directory.address)]
    if port is not None:
        command += ["--port", str(port)]
    with directory.server_log.open("wb") as log:
        process = _start(command, directory, log.fileno())
    try:
        yield ServerProcess(process, _wait_for_address(process, directory))
    finally:
        _stop(process)


def _start(command: list[str], directory: DemoDirectory, log: int) -> "subprocess.Popen[bytes]":
    # In a process group of its own: Ctrl-C reaches the demo alone, which stops the server when it is done with it.
    return subprocess.Popen(  # noqa: S603  our own interpreter and module
        command,
        cwd=directory.root,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        creationflags=_FLAGS,
        process_group=_GROUP,
    )


def _wait_for_address(process: "subprocess.Popen[bytes]", directory: DemoDirectory) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if _has_ended(process, 0.02):
            break
        url = directory.address.read_text(encoding="utf-8").strip() if directory.address.exists() else ""
        if url and answers(url):
            return url
    log = directory.server_log.read_text(encoding="utf-8", errors="replace")
    raise ConfigurationError(
        "demo.server_failed",
        f"The server did not start. Its log ({str(directory.server_log)!r}) ends with:\n{log[-_LOG_TAIL:]}",
        log=str(directory.server_log),
    )


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Let the server finish what is under way; end it if it takes too long."""
    if process.poll() is not None:
        return
    process.send_signal(_INTERRUPT)
    if not _has_ended(process, _STOP_SECONDS):
        process.kill()
        process.wait()


def _has_ended(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True
