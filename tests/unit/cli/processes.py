"""The command `trialog` as a process of its own, for tests of what a person at a terminal sees."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers import INTERRUPT, PROCESS_FLAGS

SECONDS = 60.0
ADDRESS_FILE = "address.txt"


@dataclass(frozen=True)
class Finished:
    """A command that has ended.

    Attributes:
        code: Its exit code.
        errors: What it wrote to standard error.
        output: What it wrote to standard output.
    """

    code: int
    errors: str
    output: str


@dataclass
class StartedServer:
    """A server whose address file says that it answers, or will at once.

    Attributes:
        process: The process.
        url: Its address.
        directory: Its working directory.
    """

    process: "subprocess.Popen[bytes]"
    url: str
    directory: Path

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.url.rpartition(":")[2])

    @property
    def log(self) -> str:
        """What it wrote so far."""
        return (self.directory / "log.txt").read_text(encoding="utf-8")

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self.process.send_signal(INTERRUPT)

    def end(self) -> int:
        """Wait for its end and return its exit code."""
        return self.process.wait(SECONDS)


def environment_with(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's variables without those that a server reads, and with the given ones."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "TRIALOG_"))}
    return {**kept, "PYTHONUNBUFFERED": "1", **(extra or {})}


def run_to_end(directory: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Finished:
    """Run a command that ends by itself."""
    command = [sys.executable, "-m", "trialog", *arguments]
    done = subprocess.run(
        command, cwd=directory, env=environment_with(environment), capture_output=True, timeout=SECONDS, check=False
    )
    return Finished(done.returncode, done.stderr.decode(), done.stdout.decode())


@contextmanager
def started_server(
    directory: Path, *arguments: str, environment: Mapping[str, str] | None = None, address_file: str = ADDRESS_FILE
) -> Iterator[StartedServer]:
    """Run `trialog server` in a directory until the block ends.

    Args:
        directory: Its working directory.
        arguments: Its arguments, to which `--address-file` is added if the file is the usual one.
        environment: Variables beside the ones of this process.
        address_file: Where its address is looked for.
    """
    command = [sys.executable, "-m", "trialog", "server", *arguments]
    if address_file == ADDRESS_FILE:
        command += ["--address-file", ADDRESS_FILE]
    with (directory / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=directory,
            env=environment_with(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            creationflags=PROCESS_FLAGS,
        )
    try:
        yield StartedServer(process, _address_in(directory / address_file, process), directory)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def _address_in(path: Path, process: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + SECONDS
    while not path.exists():
        log = path.parent / "log.txt"
        assert process.poll() is None, f"The server ended: {log.read_text(encoding='utf-8')}"
        assert time.monotonic() < deadline, f"The server did not start: {log.read_text(encoding='utf-8')}"
        try:
            process.wait(0.02)
        except subprocess.TimeoutExpired:
            continue
    return path.read_text(encoding="utf-8").strip()
