"""What accounts cost, and what guessing passwords costs others; writes `ACCESS.md`.

Usage: `python -m benchmarks.authorisation [--rounds 301] [--seconds 15]`. The first part asks a server with accounts,
by token, and one without in turns, in short rounds, and compares how much of a processor each request takes and how
many are answered a second. The second measures how long requests take while somebody guesses 1,000 passwords a second.
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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

import uvicorn

import trialog
from benchmarks.login_storm import RATE, Measured, measure_storms
from benchmarks.login_storm import SECONDS as STORM_SECONDS
from benchmarks.machine import describe
from trialog.access import Authenticator, Passwords, new_token
from trialog.access.tokens import NewToken
from trialog.artifacts import open_artifact_roots
from trialog.config import Settings
from trialog.entities import ApiToken, PermissionLevel
from trialog.server.access import Access
from trialog.server.app import create_app
from trialog.server.audit_writer import AuditWriter
from trialog.server.connection import ConnectionLimits, connection_type
from trialog.store import open_store
from trialog.web import Application
from trialog.web.asgi import Receive, Scope, Send

ROUNDS: Final = 301
REQUESTS_PER_ROUND: Final = 20
WARM_UP_ROUNDS: Final = 5
API: Final = "/api/2.0/mlflow"
OPERATIONS: Final = ("log a batch", "get a run", "get a registered model", "search experiments")
PROCESSOR_TIME: Final = "/processor-time"


class Round(NamedTuple):
    """What requests of one round took.

    Args:
        processor_microseconds: How much of a processor the server took for each, in all its threads.
        rate: How many a second were answered.
    """

    processor_microseconds: float
    rate: float


async def serve(directory: Path) -> None:
    """Serve on two free ports, without accounts and with; print both ports and a token.

    One process does both: two would differ by where in memory things happen to lie, by some hundredths.
    """
    token = new_token()
    with ExitStack() as opened:
        sockets = [opened.enter_context(_listening()) for _ in range(2)]
        ports = [listening.getsockname()[1] for listening in sockets]
        without, with_accounts = (Path(tempfile.mkdtemp(dir=directory)) for _ in range(2))
        apps = (await _app(without, None), await _app(with_accounts, token))
        config = uvicorn.Config(
            _telling_processor_time(dict(zip(ports, apps, strict=True))),
            loop="none",
            http=connection_type(ConnectionLimits(10)),
            # Each connection waits while the other server is measured.
            timeout_keep_alive=600,
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
        )
        # Who connects now waits until the server takes it.
        print(*ports, token.text, flush=True)
        await uvicorn.Server(config).serve(sockets)


def _listening() -> socket.socket:
    # Only of a socket that says it is TCP does the event loop turn off waiting for more to send.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    return listening


async def _app(directory: Path, made: NewToken | None) -> Application:
    """Return the application of a new store; with accounts if there is a token, which is for a user of it."""
    roots = open_artifact_roots(str(directory / "artifacts"), None)
    store = await open_store(
        f"sqlite:///{(directory / 'trialog.db').as_posix()}", default_artifact_root="mlflow-artifacts:/"
    )
    access = None
    if made is not None:
        await store.accounts.users.create("ada", None)
        token = ApiToken(made.token_id, "ada", "benchmark", PermissionLevel.MANAGE, time.time_ns() // 1_000_000)
        await store.accounts.tokens.create(token, made.secret_hash)
        authenticator = Authenticator(store.accounts, Passwords())
        access = Access(authenticator, store.resources, AuditWriter(store.audit_log), audit_log=store.audit_log)
    return create_app(store, roots, Settings(), access=access)


def _telling_processor_time(apps: Mapping[int, Application]) -> Any:
    """Return what answers for each port, and by a path of its own tells how many nanoseconds the process computed.

    It asks itself because it knows that to the nanosecond, on every system: others see steps of ten milliseconds.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != PROCESSOR_TIME:
            return await apps[scope["server"][1]](scope, receive, send)
        body = b"%d" % time.process_time_ns()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
        return await send({"type": "http.response.body", "body": body})

    return answer


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

    def round(self, operation: str) -> Round:
        """Ask for something again and again, and return what that took.

        Args:
            operation: One of `OPERATIONS`.
        """
        computed, begun = self._ask("GET", PROCESSOR_TIME), time.perf_counter()
        for _ in range(REQUESTS_PER_ROUND):
            self._once(operation)
        seconds = time.perf_counter() - begun
        computed = self._ask("GET", PROCESSOR_TIME) - computed
        return Round(computed / 1000 / REQUESTS_PER_ROUND, REQUESTS_PER_ROUND / seconds)

    def _once(self, operation: str) -> None:
        match operation:
            case "log a batch":
                self._step += 1
                metric = {"key": "loss", "value": 0.5, "timestamp": self._step, "step": self._step}
                self.post("runs/log-batch", {"run_id": self.run_id, "metrics": [metric]})
            case "get a run":
                self._ask("GET", f"{API}/runs/get?run_id={self.run_id}")
            case "get a registered model":
                self._ask("GET", f"{API}/registered-models/get?name=model")
            case _:
                self._ask("GET", f"{API}/experiments/search?max_results=10")

    def _ask(self, method: str, target: str, body: str | None = None) -> Any:
        self._connection.request(method, target, body, self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{target}: {answer.status} {content!r}")
        return json.loads(content)


@contextmanager
def clients() -> Iterator[tuple[Client, Client]]:
    """Start the servers and return clients of them: of that without accounts, and of that with them."""
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, "-m", "benchmarks.authorisation", "serve", name]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                if process.stdout is None:
                    raise RuntimeError("the server has no output")
                without, with_accounts, token = process.stdout.readline().split()
                yield Client(int(without), ""), Client(int(with_accounts), token)
            finally:
                process.terminate()


def costs(rounds: int) -> list[str]:
    """Measure what accounts cost, and return rows of a table.

    Args:
        rounds: How often each operation is measured on each server.
    """
    rows = []
    with clients() as (without, with_accounts):
        for operation in OPERATIONS:
            for _ in range(WARM_UP_ROUNDS):
                without.round(operation)
                with_accounts.round(operation)
            rows.append(_row(operation, [_pair(operation, without, with_accounts, index) for index in range(rounds)]))
            print(rows[-1], flush=True)
    return rows


def _pair(operation: str, without: Client, with_accounts: Client, index: int) -> tuple[Round, Round]:
    """Measure both right after each other, so that what else the machine does meets both; each is first by turns."""
    if index % 2:
        guarded = with_accounts.round(operation)
        return without.round(operation), guarded
    return without.round(operation), with_accounts.round(operation)


def _row(operation: str, pairs: Sequence[tuple[Round, Round]]) -> str:
    cells = [operation]
    for column, form, sign in (("processor_microseconds", ".0f", 1), ("rate", ",.0f", -1)):
        values = [(getattr(plain, column), getattr(guarded, column)) for plain, guarded in pairs]
        cells += [format(median(side), form) for side in zip(*values, strict=True)]
        cells.append(f"{sign * (median(guarded / plain for plain, guarded in values) - 1):.1%}")
    return f"| {' | '.join(cells)} |"


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
        "One process serves with accounts, asked by token, and without, in turns and by rounds of",
        f"{REQUESTS_PER_ROUND} requests. The first columns are the time that this process computed for a request, the",
        "others how many requests it answered one after the other. Each is the median of all rounds; what accounts",
        "cost is the median of what it was in each pair of rounds, one right after the other.",
        "",
    ]
    lines += [
        "| | µs computed, no accounts | with accounts | more | requests/s, no accounts | with accounts | less |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
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
    # The servers that are compared are started so by `clients`.
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(Path(sys.argv[2])))
    else:
        main()
