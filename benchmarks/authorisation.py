"""What accounts cost, and what guessing passwords costs others; writes `ACCESS.md`.

Usage: `python -m benchmarks.authorisation [--rounds 25] [--seconds 15]`. The first part asks a server with accounts, by
token, and one without in turns, and compares how many requests a second they answer. The second measures how long
requests take while somebody guesses 1,000 passwords a second.
"""

import argparse
import asyncio
import http.client
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import uvicorn

import trialog
from benchmarks.login_storm import RATE, Measured, measure_storms
from benchmarks.login_storm import SECONDS as STORM_SECONDS
from benchmarks.machine import describe
from trialog.access import Authenticator, Passwords, new_token
from trialog.artifacts import open_artifact_roots
from trialog.config import Settings
from trialog.entities import ApiToken, PermissionLevel
from trialog.server.access import Access
from trialog.server.app import create_app
from trialog.server.audit_writer import AuditWriter
from trialog.server.connection import ConnectionLimits, connection_type
from trialog.store import open_store

ROUNDS: Final = 25
SECONDS: Final = 0.3
API: Final = "/api/2.0/mlflow"


async def serve(directory: Path, *, has_accounts: bool) -> None:
    """Serve on a free port, and print port and token."""
    settings = Settings()
    roots = open_artifact_roots(str(directory / "artifacts"), None)
    store = await open_store(
        f"sqlite:///{(directory / 'trialog.db').as_posix()}", default_artifact_root="mlflow-artifacts:/"
    )
    made, access = new_token(), None
    if has_accounts:
        await store.accounts.users.create("ada", None)
        token = ApiToken(made.token_id, "ada", "benchmark", PermissionLevel.MANAGE, time.time_ns() // 1_000_000)
        await store.accounts.tokens.create(token, made.secret_hash)
        authenticator = Authenticator(store.accounts, Passwords())
        access = Access(authenticator, store.resources, AuditWriter(store.audit_log), audit_log=store.audit_log)
    app: Any = create_app(store, roots, settings, access=access)
    config = uvicorn.Config(
        app,
        loop="none",
        http=connection_type(ConnectionLimits(10)),
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
    )
    # Only of a socket that says it is TCP does the event loop turn off waiting for more to send.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        # Who connects now waits until the server takes it.
        print(listening.getsockname()[1], made.text, flush=True)
        await uvicorn.Server(config).serve([listening])


class Client:
    """Asks one server over one connection.

    Args:
        port: Where it listens.
        token: Shows who asks; empty where nobody logs in.
    """

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        experiment = self.post("experiments/create", {"name": "benchmark"})["experiment_id"]
        self.run_id = self.post("runs/create", {"experiment_id": experiment})["run"]["info"]["run_id"]
        self.post("registered-models/create", {"name": "model"})
        self._step = 0

    def post(self, path: str, content: object) -> Any:
        """Send a body and return the answer."""
        return self._ask("POST", f"{API}/{path}", json.dumps(content))

    def rate(self, operation: str) -> float:
        """Return how often a second something can be asked."""
        asked, begun = 0, time.perf_counter()
        while time.perf_counter() - begun < SECONDS:
            self._step += 1
            if operation == "log a batch":
                metric = {"key": "loss", "value": 0.5, "timestamp": self._step, "step": self._step}
                self.post("runs/log-batch", {"run_id": self.run_id, "metrics": [metric]})
            elif operation == "get a run":
                self._ask("GET", f"{API}/runs/get?run_id={self.run_id}")
            elif operation == "get a registered model":
                self._ask("GET", f"{API}/registered-models/get?name=model")
            else:
                self._ask("GET", f"{API}/experiments/search?max_results=10")
            asked += 1
        return asked / (time.perf_counter() - begun)

    def _ask(self, method: str, target: str, body: str | None = None) -> Any:
        self._connection.request(method, target, body, self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{target}: {answer.status} {content!r}")
        return json.loads(content)


@contextmanager
def client(*, has_accounts: bool) -> Iterator[Client]:
    """Start a server and return a client of it."""
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, "-m", "benchmarks.authorisation", "serve", name, "yes" if has_accounts else "no"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                if process.stdout is None:
                    raise RuntimeError("the server has no output")
                port, token = process.stdout.readline().split()
                yield Client(int(port), token if has_accounts else "")
            finally:
                process.terminate()


def costs(rounds: int) -> list[str]:
    """Measure what accounts cost, and return rows of a table.

    Args:
        rounds: How often each operation is measured on each server.
    """
    rows = []
    with ExitStack() as opened:
        without = opened.enter_context(client(has_accounts=False))
        with_accounts = opened.enter_context(client(has_accounts=True))
        for operation in ("log a batch", "get a run", "get a registered model", "search experiments"):
            rates = [(without.rate(operation), with_accounts.rate(operation)) for _ in range(rounds)]
            # The best of many short rounds: the one in which nothing else was in the way.
            plain, guarded = (max(column) for column in zip(*rates, strict=True))
            rows.append(f"| {operation} | {plain:,.0f} | {guarded:,.0f} | {1 - guarded / plain:.1%} |")
            print(rows[-1], flush=True)
    return rows


def table(costs: Sequence[str], storms: Sequence[Measured], machine: Sequence[tuple[str, str]]) -> str:
    """Return the page.

    Args:
        costs: Rows of the first table.
        storms: What was measured beside storms.
        machine: What the machine is.
    """
    lines = ["# What accounts cost", "", "Written by `make bench-access`.", ""]
    lines += [f"- {name}: {value}" for name, value in machine]
    lines += [f"- Trialog {trialog.__version__}, store in SQLite; server and clients share the machine", ""]
    lines += [
        "| requests/s | without accounts | with accounts, by token | less |",
        "| --- | ---: | ---: | ---: |",
        *costs,
    ]
    lines += [
        "",
        f"Somebody guesses {RATE:,} passwords a second, and a user with a token reads a run and logs to it in turns:",
        "",
    ]
    lines += [
        "| guesses | answered/s | of these 401 / 429 | requests of the user | p50 ms | p99 ms | longest ms |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for one in storms:
        answers = " / ".join(f"{one.statuses.get(status, 0):,}" for status in ("401", "429"))
        times = " | ".join(
            f"{value:.1f}" for value in (one.percentile(0.5), one.percentile(0.99), one.milliseconds[-1])
        )
        lines.append(f"| {one.name} | {one.guesses:,.0f} | {answers} | {len(one.milliseconds):,} | {times} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.authorisation", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds of each request to each server")
    parser.add_argument("--seconds", type=float, default=STORM_SECONDS, help="how long beside each storm")
    arguments = parser.parse_args()
    rows = costs(arguments.rounds)
    text = table(rows, measure_storms(arguments.seconds), describe(Path(tempfile.gettempdir())))
    (Path(__file__).parent / "ACCESS.md").write_text(text, encoding="utf-8", newline="\n")
    print(text)


if __name__ == "__main__":
    # The server of one side of the comparison is started so by `client`.
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(Path(sys.argv[2]), has_accounts=sys.argv[3] == "yes"))
    else:
        main()
