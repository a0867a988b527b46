"""Measures searches of runs beside MLflow's server and writes `SEARCH.md`.

Usage: `python -m benchmarks.search [--sizes 1000 10000 100000] [--ours 1000000] [--requests 40]`. Both servers hold the
same runs and are asked the same questions in turns, over connections that acknowledge at once, so that no answer waits
for a delayed acknowledgement.
"""

import argparse
import asyncio
import http.client
import json
import socket
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.machine import describe
from benchmarks.mlflow_environment import CACHE
from benchmarks.search_data import BIG_EXPERIMENT, SMALL, SMALL_EXPERIMENT, fill_mlflow, fill_trialog
from benchmarks.servers import Contestant, Running, mlflow_server, running, trialog_server
from trialog.store import open_store

PATH = "/api/2.0/mlflow/runs/search"
WARM_UP = 2
# A question that takes this long is asked a few times only.
LONG_SECONDS = 0.5
FEW_REQUESTS = 5


@dataclass(frozen=True)
class Question:
    """One search.

    Attributes:
        name: As the table calls it.
        asked: What is sent, beside the experiment and the page size.
        rows: Page size.
        experiment: Where to look.
    """

    name: str
    asked: Mapping[str, Any]
    rows: int = 100
    experiment: int = BIG_EXPERIMENT


QUESTIONS = (
    Question("newest 100", {}),
    Question("newest 1,000, whole", {}, 1000),
    Question("100 by a metric", {"order_by": ["metrics.metric_00 DESC"]}),
    Question("100 by a metric with NaN and gaps", {"order_by": ["metrics.metric_01 ASC"]}),
    Question("100 by a metric of three values", {"order_by": ["metrics.metric_02 DESC"]}),
    Question("100 by end", {"order_by": ["end_time DESC"]}),
    Question("100 by name", {"order_by": ["run_name ASC"]}),
    Question("100 by status", {"order_by": ["status ASC"]}),
    Question("100 by a param", {"order_by": ["params.param_04 ASC"]}),
    Question("a metric above 0.999", {"filter": "metrics.metric_00 > 0.999"}),
    Question("a metric above 0.5", {"filter": "metrics.metric_00 > 0.5"}),
    Question("a param's value of ten", {"filter": "params.param_00 = '3'"}),
    Question("a param's value of 10,000", {"filter": "params.param_03 = '3333'"}),
    Question("a tag's value of 1,000", {"filter": "tags.team = 'team 7'"}),
    Question("a tag LIKE", {"filter": "tags.team LIKE '%77%'"}),
    Question(
        "a metric and a param, by a metric",
        {"filter": "metrics.metric_00 > 0.5 AND params.param_00 = '3'", "order_by": ["metrics.metric_03 DESC"]},
    ),
    Question(
        f"{SMALL} runs beside, by a metric", {"order_by": ["metrics.metric_00 DESC"]}, experiment=SMALL_EXPERIMENT
    ),
    Question(
        f"{SMALL} runs beside, a metric and a param",
        {"filter": "metrics.metric_00 > 0.5 AND params.param_00 != '3'"},
        experiment=SMALL_EXPERIMENT,
    ),
)

Times = dict[tuple[str, int, str], list[float]]


def main() -> None:
    """Fill the stores, ask the servers, write the table."""
    arguments = _arguments()
    mlflow, ours = mlflow_server(), trialog_server()
    CACHE.mkdir(parents=True, exist_ok=True)
    times: Times = {}
    sizes = dict.fromkeys(arguments.sizes, (mlflow, ours)) | dict.fromkeys(arguments.ours, (ours,))
    for size, contestants in sizes.items():
        with tempfile.TemporaryDirectory(dir=CACHE) as name, _servers(contestants, Path(name), size) as servers:
            for question in QUESTIONS:
                print(f"{size:,} runs: {question.name}", flush=True)
                _ask_in_turns(servers, question, size, arguments.requests, times)
    text = _table((mlflow, ours), tuple(sizes), times, arguments.requests)
    Path(__file__).with_name("SEARCH.md").write_text(text, encoding="utf-8")
    print(text)


@contextmanager
def _servers(contestants: Sequence[Contestant], directory: Path, size: int) -> Iterator[dict[str, Running]]:
    """Run servers, each on a store of so many runs, until the block ends."""
    with ExitStack() as stack:
        servers = {}
        for contestant in contestants:
            own = directory / contestant.name
            own.mkdir()
            print(f"filling {contestant.name} with {size:,} runs", flush=True)
            _fill(contestant, own, size)
            servers[contestant.name] = stack.enter_context(running(contestant, own))
        yield servers


def _fill(contestant: Contestant, directory: Path, size: int) -> None:
    file = directory / "store.db"
    if contestant.name == "Trialog":
        asyncio.run(_make_store(file))
        fill_trialog(file, size)
        return
    with running(contestant, directory):
        pass  # makes its tables
    fill_mlflow(file, size)


async def _make_store(file: Path) -> None:
    await (await open_store(f"sqlite:///{file}", default_artifact_root="mlflow-artifacts:/")).close()


def _ask_in_turns(servers: Mapping[str, Running], question: Question, size: int, requests: int, times: Times) -> None:
    found: dict[str, list[str]] = {}
    for number in range(-WARM_UP, requests):
        for name, server in servers.items():
            known = times.setdefault((question.name, size, name), [])
            if len(known) >= FEW_REQUESTS and known[0] > LONG_SECONDS:
                continue
            seconds, found[name] = _ask(server, question)
            if number >= 0:
                known.append(seconds)
    if len({tuple(ids) for ids in found.values()}) != 1:
        raise SystemExit(f"The servers differ over {question.name!r}")


def _ask(server: Running, question: Question) -> tuple[float, list[str]]:
    asked = {"experiment_ids": [str(question.experiment)], "max_results": question.rows, **question.asked}
    body = json.dumps(asked)
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)) as connection:
        connection.connect()
        if hasattr(socket, "TCP_QUICKACK"):
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        begin = time.perf_counter()
        connection.request("POST", PATH, body, {"Content-Type": "application/json"})
        answer = connection.getresponse().read()
        seconds = time.perf_counter() - begin
    return seconds, [run["info"]["run_id"] for run in json.loads(answer).get("runs", [])]


def _table(contestants: Sequence[Contestant], sizes: Sequence[int], times: Times, requests: int) -> str:
    lines = ["# Searches of runs beside MLflow's own server", "", "Written by `make bench-search`.", ""]
    lines += [f"- {name}: {value}" for name, value in describe(CACHE)]
    lines += ["- runs of 20 params, 20 metrics and 5 tags, in SQLite", ""]
    lines.append("p50 / p99 in milliseconds over HTTP:")
    lines.append("")
    columns = [(size, each) for size in sizes for each in contestants if (QUESTIONS[0].name, size, each.name) in times]
    titles = [f"{each.name} {each.version}, {size:,}" for size, each in columns]
    lines += [f"| | {' | '.join(titles)} |", f"| --- |{' ---: |' * len(titles)}"]
    for question in QUESTIONS:
        cells = [_cell(times[question.name, size, each.name]) for size, each in columns]
        lines.append(f"| {question.name} | {' | '.join(cells)} |")
    lines += [
        "",
        (
            f"- {requests} requests of each kind to each server, {FEW_REQUESTS} where one takes more than"
            f" {LONG_SECONDS} s, in turns, one at a time; server and client share the machine. Both servers must answer"
            " with the same runs in the same order."
        ),
        "- The client acknowledges at once: none of the figures holds the 40 ms of a delayed acknowledgement.",
        "- The rows of both are written into the tables directly.",
    ]
    return "\n".join(lines) + "\n"


def _cell(seconds: Sequence[float]) -> str:
    ordered = sorted(1000 * each for each in seconds)
    last = ordered[min(len(ordered) - 1, round(0.99 * len(ordered)))]
    return f"{statistics.median(ordered):.1f} / {last:.1f}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000], help="runs in both servers")
    parser.add_argument("--ours", type=int, nargs="*", default=[1_000_000], help="runs in Trialog alone")
    parser.add_argument("--requests", type=int, default=40, help="how often each question is asked (default: 40)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
