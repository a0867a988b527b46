"""Measures `trialog models serve` beside `mlflow models serve` and writes `SERVING.md`.

Usage: `python -m benchmarks.serving [--rounds 3] [--seconds 2] [--quick]`. Both serve the same model folders and are
asked the same over the same number of connections in turns, by wrk. Each answer is compared first.
"""

import argparse
import contextlib
import http.client
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import psutil

from benchmarks.machine import describe
from benchmarks.mlflow_environment import CACHE, VERSION, mlflow_python
from benchmarks.servers import Contestant, Running, answering, trialog_server
from benchmarks.serving_models import Body, bodies, save_models
from benchmarks.serving_page import COMPUTING, FULL_LOAD, HALF_LOAD, IMPORTS, Asked, Figure, Start, page
from benchmarks.variables import usual_variables
from benchmarks.wrk import Load, check_installed, responder, run

SCRIPT: Final = Path(__file__).with_name("invocations.lua")
CONNECTIONS: Final = (1, 16, 64)
# At half load requests come over this many connections, each of which pauses at random.
HALF_LOAD_CONNECTIONS: Final = 64
FEW: Final = (16,)
WARM_UP_SECONDS: Final = 1
LONGEST_PAUSE_SECONDS: Final = 2.0


class Served(NamedTuple):
    """A contestant that serves a model.

    Args:
        contestant: Who.
        running: Its server.
    """

    contestant: Contestant
    running: Running


class Asking(NamedTuple):
    """How a server is asked.

    Args:
        what: What it is asked.
        how: At full or half load.
        connections: Over how many connections.
        seconds: For how long.
        pause: Mean pause of a connection between an answer and the next request, in milliseconds.
    """

    what: Asked
    how: str
    connections: int
    seconds: int
    pause: float = 0.0


def main() -> None:
    """Measure, print and write the page."""
    arguments = _arguments()
    check_installed()
    contestants = (_mlflow(), _trialog())
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        directory = Path(name)
        machine = [*describe(directory), ("load average when it began", f"{psutil.getloadavg()[0]:.1f}")]
        models = save_models(directory)
        starts: list[Start] = []
        figures: list[Figure] = []
        first, *others = models
        for _ in range(1 if arguments.quick else arguments.rounds):
            for contestant in contestants:
                _say(f"{contestant.name} starts")
                starts.append(_start(contestant, models[first]["frame"], directory))
            starts.append(_imports())
        asked = bodies((1,)) if arguments.quick else bodies()
        figures += _measure(
            contestants, first, models[first], asked, FEW if arguments.quick else CONNECTIONS, arguments
        )
        for other in others:
            figures += _measure(contestants, other, models[other], asked, FEW, arguments)
    text = page(machine, contestants, starts, figures, seconds=arguments.seconds)
    if not arguments.quick:
        Path(__file__).with_name("SERVING.md").write_text(text, encoding="utf-8", newline="\n")
    print(text)


def _measure(
    contestants: Sequence[Contestant],
    name: str,
    folders: Mapping[Any, Path],
    asked: Sequence[Body],
    connections: Sequence[int],
    arguments: argparse.Namespace,
) -> Iterator[Figure]:
    """Ask the servers of a model in turns."""
    with ExitStack() as stack, tempfile.TemporaryDirectory() as directory:
        servers = {
            kind: [
                Served(contestant, stack.enter_context(_serving(contestant, folder, Path(directory))))
                for contestant in contestants
            ]
            for kind, folder in folders.items()
        }
        for body in asked:
            (Path(directory) / "body").write_bytes(body.content)
            _compare(servers[body.kind], body)
            for count in connections:
                what = Asked(name, body.name, body.rows, count)
                _say(f"{name}: {body.name}, {body.rows} rows, {count} connections")
                for server in servers[body.kind]:
                    _load(server, body, directory, Asking(what, FULL_LOAD, count, WARM_UP_SECONDS))
                for _ in range(1 if arguments.quick else arguments.rounds):
                    for server in servers[body.kind]:
                        full = _measured(server, body, directory, Asking(what, FULL_LOAD, count, arguments.seconds))
                        yield full
                        if count == FEW[0]:
                            asking = _half_load(what, full.load.rate / 2, 2 * arguments.seconds)
                            half = _measured(server, body, directory, asking)
                            yield half
                            if server.contestant.name == trialog_server().name:
                                yield _computing(body, directory, asking, half.milliseconds)


def _measured(server: Served, body: Body, directory: str, asking: Asking) -> Figure:
    before = server.running.cpu_seconds()
    load = _load(server, body, directory, asking)
    used = server.running.cpu_seconds() - before
    memory = server.running.resident_megabytes()
    return Figure(asking.what, server.contestant.name, asking.how, load, 1000 * used / load.answered, memory)


def _half_load(what: Asked, rate: float, seconds: int) -> Asking:
    """Return how to ask half as often as the server could answer, at random moments."""
    # Of few requests no percentile can be told: where pauses would be long, fewer connections pause for shorter.
    connections = max(1, min(HALF_LOAD_CONNECTIONS, round(rate * LONGEST_PAUSE_SECONDS)))
    return Asking(what, HALF_LOAD, connections, seconds, 1000 * connections / rate)


def _computing(body: Body, directory: str, asking: Asking, milliseconds: float) -> Figure:
    """Ask a server of one thread that does nothing but compute for as long as ours did."""
    with responder(milliseconds) as url:
        load = _ask_often(COMPUTING, url, body, directory, asking)
    return Figure(asking.what, COMPUTING, HALF_LOAD, load, milliseconds, math.nan)


def _load(server: Served, body: Body, directory: str, asking: Asking) -> Load:
    return _ask_often(server.contestant.name, f"{server.running.url}/invocations", body, directory, asking)


def _ask_often(name: str, url: str, body: Body, directory: str, asking: Asking) -> Load:
    given = [str(Path(directory) / "body"), body.content_type, f"{asking.pause:.3f}"]
    load = run(SCRIPT, url, given, connections=asking.connections, seconds=asking.seconds)
    if load.failed or not load.answered:
        raise SystemExit(f"{name} answered {load.answered} requests and failed at {load.failed}: {body.name}")
    return load


def _compare(servers: Sequence[Served], body: Body) -> None:
    answers = [np.asarray(_ask(server, body)) for server in servers]
    if any(len(one) != body.rows or not np.allclose(one, answers[0]) for one in answers):
        raise SystemExit(f"The servers differ over {body.name}: {[one[:5] for one in answers]}")


def _ask(server: Served, body: Body) -> Any:
    with closing(http.client.HTTPConnection("127.0.0.1", server.running.port, timeout=60)) as connection:
        connection.request("POST", "/invocations", body.content, {"Content-Type": body.content_type})
        return json.loads(connection.getresponse().read())["predictions"]


def _start(contestant: Contestant, model: Path, directory: Path) -> Start:
    with _serving(contestant, model, directory) as server:
        return Start(contestant.name, server.seconds_to_answer, server.resident_megabytes())


def _imports() -> Start:
    """Import what the model is made of, and nothing else."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import pandas, sklearn.linear_model"], check=True, env=usual_variables())
    return Start(IMPORTS, time.perf_counter() - began, math.nan)


@contextlib.contextmanager
def _serving(contestant: Contestant, model: Path, directory: Path) -> Iterator[Running]:
    # MLflow's command starts uvicorn by its name.
    path = os.pathsep.join([str(Path(contestant.command[0]).parent), os.environ.get("PATH", os.defpath)])
    with answering([*contestant.command, "-m", str(model)], directory, environment={"PATH": path}) as server:
        yield server


def _mlflow() -> Contestant:
    command = (mlflow_python(), "-m", "mlflow", "models", "serve", "--env-manager", "local")
    return Contestant("MLflow", VERSION, command)


def _trialog() -> Contestant:
    server = trialog_server()
    return Contestant(server.name, server.version, (*server.command[:-1], "models", "serve"))


def _say(what: str) -> None:
    print(f"… {what}", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured; medians count (default: 3)")
    parser.add_argument("--seconds", type=int, default=2, help="how long each load lasts (default: 2)")
    parser.add_argument("--quick", action="store_true", help="only see that it works; writes nothing")
    return parser.parse_args()


if __name__ == "__main__":
    main()
