"""How long other requests take while somebody guesses 1,000 passwords a second: by token, one after the other."""

import base64
import http.client
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.servers import Contestant, running, trialog_server

RATE: Final = 1000
SECONDS: Final = 15.0
# The first guesses are let through, until the throttle knows the guesser.
SETTLE_SECONDS: Final = 2.0
API: Final = "/api/2.0/mlflow"
ADMIN: Final = ("root", "measured, not guessed")


@dataclass(frozen=True)
class Measured:
    """Other requests beside a storm.

    Attributes:
        name: Which storm.
        milliseconds: How long each request took, the shortest first.
        guesses: How many guesses a second were answered.
        statuses: How many of them with which status.
    """

    name: str
    milliseconds: list[float]
    guesses: float
    statuses: dict[str, int]

    def percentile(self, share: float) -> float:
        """Return the time within which so many were answered.

        Args:
            share: Between 0 and 1.
        """
        return self.milliseconds[min(len(self.milliseconds) - 1, round(share * len(self.milliseconds)))]


def measure_storms(seconds: float = SECONDS) -> list[Measured]:
    """Start a server with accounts, and measure requests without a storm and beside two.

    Args:
        seconds: How long each.
    """
    ours = trialog_server()
    server = Contestant(ours.name, ours.version, (*ours.command, "--accounts"))
    environment = {
        "MLFLOW_AUTH_ADMIN_USERNAME": ADMIN[0],
        "MLFLOW_AUTH_ADMIN_PASSWORD": ADMIN[1],
        # So that guesses can come from elsewhere.
        "TRIALOG_TRUSTED_PROXIES": "127.0.0.1/32",
    }
    measured = []
    with (
        tempfile.TemporaryDirectory() as name,
        running(server, Path(name), environment=environment) as started,
        closing(http.client.HTTPConnection("127.0.0.1", started.port)) as connection,
    ):
        client = _Client(connection)
        client.times(SETTLE_SECONDS)
        measured.append(Measured("none", client.times(seconds), 0.0, {}))
        for storm, addresses in (("from one address", 1), ("from 60,000 addresses", 60_000)):
            with _storm(started.port, addresses) as answered:
                time.sleep(SETTLE_SECONDS)
                times = client.times(seconds)
            [told] = answered
            guesses = sum(told["statuses"].values()) / told["seconds"]
            measured.append(Measured(storm, times, guesses, told["statuses"]))
    return measured


class _Client:
    """Asks with a token, over one connection.

    Args:
        connection: To the server.
    """

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self._connection = connection
        shown = base64.b64encode(":".join(ADMIN).encode()).decode()
        self._headers = {"Content-Type": "application/json", "Authorization": f"Basic {shown}"}
        token = self._ask("POST", "/api/trialog/v1/tokens", {"name": "benchmark"})["secret"]
        self._headers["Authorization"] = f"Bearer {token}"
        self._run_id = self._ask("POST", f"{API}/runs/create", {"experiment_id": "0"})["run"]["info"]["run_id"]
        self._step = 0

    def times(self, seconds: float) -> list[float]:
        """Read and write in turns for so many seconds; return how many milliseconds each took, the shortest first."""
        taken = []
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self._step += 1
            begun = time.perf_counter()
            if self._step % 2:
                self._ask("GET", f"{API}/runs/get?run_id={self._run_id}")
            else:
                metric = {"key": "loss", "value": 0.5, "timestamp": self._step, "step": self._step}
                self._ask("POST", f"{API}/runs/log-batch", {"run_id": self._run_id, "metrics": [metric]})
            taken.append(1000 * (time.perf_counter() - begun))
        return sorted(taken)

    def _ask(self, method: str, target: str, content: object = None) -> Any:
        body = None if content is None else json.dumps(content)
        self._connection.request(method, target, body, self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{target}: {answer.status} {text!r}")
        return json.loads(text)


@contextmanager
def _storm(port: int, addresses: int) -> Iterator[list[Any]]:
    """Let a process guess passwords while the block runs; afterwards the list holds what came of it."""
    told: list[Any] = []
    command = [sys.executable, "-m", "benchmarks.password_storm", str(port), str(RATE), str(addresses)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield told
        except BaseException:  # whatever ends the block, the process ends with it
            process.terminate()
            raise
        told.append(json.loads(process.communicate("")[0]))
