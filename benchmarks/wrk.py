"""Load made by wrk, a client fast enough not to be what is measured, and how fast wrk itself is."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scripts import debian

SCRIPT = Path(__file__).with_name("load.lua")
# Answers that wrk waits for longer than this count as failed.
TIMEOUT_SECONDS = 30

Kind = Literal["health", "log_metric", "mixed", "series", "regular", "interleaved", "random_keys", "small_run"]


@dataclass(frozen=True)
class Load:
    """What came of a load.

    Attributes:
        answered: Requests answered with success.
        failed: Requests answered with an error, or not at all.
        seconds: How long it took.
        p50: Milliseconds within which half of the requests were answered.
        p99: Milliseconds within which 99 of 100 were.
    """

    answered: int
    failed: int
    seconds: float
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        """Requests answered per second."""
        return self.answered / self.seconds


def check_installed() -> None:
    """Make sure that wrk is there; it is installed where that can be done without asking.

    Raises:
        SystemExit: It is not; the message says how to get it.
    """
    if shutil.which("wrk") is None and not debian.install("wrk"):
        raise SystemExit(
            f"The benchmarks need wrk. On Debian or Ubuntu: {debian.install_line('wrk')}. On macOS: brew install wrk."
        )


def load(
    url: str,
    kind: Kind,
    *,
    connections: int,
    seconds: int,
    runs: Sequence[str] = (),
    threads: int = 1,
    first_step: int = 0,
) -> Load:
    """Send requests of one kind over some connections, each as soon as the one before it is answered.

    Args:
        url: Address of the server.
        kind: What to send.
        connections: How many at once.
        seconds: For how long.
        runs: Ids of the runs to log to: in turn, or one for each thread where batches are sent.
        threads: How many threads of wrk share the connections.
        first_step: Steps begin behind it.

    Returns:
        What came of it.
    """
    return run(SCRIPT, url, [kind, str(first_step), *runs], connections=connections, seconds=seconds, threads=threads)


def run(script: Path, url: str, arguments: Sequence[str], *, connections: int, seconds: int, threads: int = 1) -> Load:
    """Run wrk with a script that ends with a line `REPORT` of JSON.

    Args:
        script: The script.
        url: Address of the server.
        arguments: Those of the script.
        connections: How many at once.
        seconds: For how long.
        threads: How many threads of wrk share the connections.
    """
    command = ["wrk", "--threads", str(threads), "--connections", str(connections), "--duration", f"{seconds}s"]
    command += ["--timeout", f"{TIMEOUT_SECONDS}s", "--script", str(script), url, "--", *arguments]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds + 2 * TIMEOUT_SECONDS)
    report = next(line for line in answer.stdout.splitlines() if line.startswith("REPORT "))
    values: dict[str, int] = json.loads(report.removeprefix("REPORT "))
    return Load(
        answered=values["answered"],
        failed=values["failed"],
        seconds=values["microseconds"] / 1e6,
        p50=values["p50"] / 1e3,
        p99=values["p99"] / 1e3,
    )


@contextmanager
def responder(milliseconds: float = 0) -> Iterator[str]:
    """Run a server that reads requests and does nothing, or nothing but compute, until the block ends.

    Args:
        milliseconds: So much of the processor each answer takes.

    Yields:
        Its address.
    """
    command = [sys.executable, "-m", "benchmarks.responder", str(milliseconds)]
    with subprocess.Popen(command, cwd=SCRIPT.parent.parent, stdout=subprocess.PIPE, text=True) as process:
        try:
            # mypy cannot know that a pipe was asked for.
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            process.kill()
