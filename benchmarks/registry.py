"""Measures searches of the model registry beside MLflow's server and writes `REGISTRY.md`.

Usage: `python -m benchmarks.registry [--models 10000] [--versions 10] [--requests 40]`. Both servers hold the same
models and versions and are asked the same questions in turns, over one connection that acknowledges at once, so that no
answer waits for a delayed acknowledgement.
"""

import argparse
import asyncio
import http.client
import json
import socket
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.machine import describe
from benchmarks.mlflow_environment import CACHE
from benchmarks.servers import Contestant, Running, mlflow_server, running, trialog_server
from trialog.entities import NewModelVersion, NewRegisteredModel, Tag
from trialog.store import open_store

TIME = 1_700_000_000_000
AT_ONCE = 500
# MLflow's server goes on loading its workers for a while after its first answer.
SETTLE_SECONDS = 15
WARM_UP = 3


@dataclass(frozen=True)
class Question:
    """One search.

    Attributes:
        name: As the table calls it.
        path: Where it is asked.
        parameters: What is asked; `{model}` and `{run}` stand for another one each time.
        items: Name of the list in the answer.
    """

    name: str
    path: str
    parameters: Sequence[tuple[str, str]]
    items: str


VERSIONS = "/api/2.0/mlflow/model-versions/search"
MODELS = "/api/2.0/mlflow/registered-models/search"
QUESTIONS = (
    Question("the versions of one model", VERSIONS, (("filter", "name = '{model}'"),), "model_versions"),
    Question("the versions of one run", VERSIONS, (("filter", "run_id = '{run}'"),), "model_versions"),
    Question("100 versions changed last", VERSIONS, (("max_results", "100"),), "model_versions"),
    Question("1,000 versions changed last", VERSIONS, (("max_results", "1000"),), "model_versions"),
    Question(
        "100 versions by tag",
        VERSIONS,
        (("filter", "tags.quality = 'high'"), ("max_results", "100")),
        "model_versions",
    ),
    Question(
        "100 versions by name, highest number first",
        VERSIONS,
        (("order_by", "name ASC"), ("order_by", "version_number DESC"), ("max_results", "100")),
        "model_versions",
    ),
    Question("100 models by name", MODELS, (("max_results", "100"),), "registered_models"),
    Question(
        "100 models by a part of the name",
        MODELS,
        (("filter", "name LIKE '%{model}'"), ("max_results", "100")),
        "registered_models",
    ),
)


def main() -> None:
    """Fill both stores, ask both servers, write the table."""
    arguments = _arguments()
    contestants = (mlflow_server(), trialog_server())
    CACHE.mkdir(parents=True, exist_ok=True)
    times: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        directories = {contestant: Path(name) / contestant.name for contestant in contestants}
        for contestant, directory in directories.items():
            directory.mkdir()
            print(f"filling {contestant.name} with {arguments.models:,} models", flush=True)
            _fill(contestant, directory, arguments.models, arguments.versions)
        mlflow, ours = contestants
        with running(mlflow, directories[mlflow]) as theirs, running(ours, directories[ours]) as own:
            time.sleep(SETTLE_SECONDS)
            for question in QUESTIONS:
                print(question.name, flush=True)
                _ask_in_turns({mlflow.name: theirs, ours.name: own}, question, arguments, times)
        text = _table(contestants, times, arguments, describe(Path(name)))
    Path(__file__).with_name("REGISTRY.md").write_text(text, encoding="utf-8")
    print(text)


def _ask_in_turns(
    servers: dict[str, Running],
    question: Question,
    arguments: argparse.Namespace,
    times: dict[tuple[str, str], list[float]],
) -> None:
    counts: dict[str, set[int]] = {}
    for number in range(-WARM_UP, arguments.requests):
        for name, server in servers.items():
            seconds, count = _ask(server, question, (number * 37) % arguments.models)
            counts.setdefault(name, set()).add(count)
            if number >= 0:
                times.setdefault((question.name, name), []).append(seconds)
    if len({frozenset(each) for each in counts.values()}) != 1 or 0 in next(iter(counts.values())):
        raise SystemExit(f"The servers differ over {question.name!r}: {counts}")


def _ask(server: Running, question: Question, model: int) -> tuple[float, int]:
    values = {"model": _model(model), "run": _run(model)}
    query = urlencode([(key, text.format(**values)) for key, text in question.parameters])
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)) as connection:
        connection.connect()
        if hasattr(socket, "TCP_QUICKACK"):
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        begin = time.perf_counter()
        connection.request("GET", f"{question.path}?{query}")
        body = connection.getresponse().read()
        seconds = time.perf_counter() - begin
    return seconds, len(json.loads(body)[question.items])


def _fill(contestant: Contestant, directory: Path, models: int, versions: int) -> None:
    if contestant.name == "Trialog":
        asyncio.run(_fill_trialog(directory / "store.db", models, versions))
        return
    with running(contestant, directory):
        pass  # makes its tables
    _fill_mlflow(directory / "store.db", models, versions)


async def _fill_trialog(file: Path, models: int, versions: int) -> None:
    store = await open_store(f"sqlite:///{file}", default_artifact_root="mlflow-artifacts:/")
    try:
        for start in range(0, models, AT_ONCE):
            some = range(start, min(start + AT_ONCE, models))
            await asyncio.gather(*(store.registered_models.create(NewRegisteredModel(_model(one))) for one in some))
            for version in range(1, versions + 1):
                await asyncio.gather(*(store.model_versions.create(_version(one, version)) for one in some))
    finally:
        await store.close()


def _version(model: int, version: int) -> NewModelVersion:
    source = f"mlflow-artifacts:/0/{_run(model)}/artifacts/model"
    return NewModelVersion(_model(model), source, source, run_id=_run(model), tags=(_tag(model, version),))


def _fill_mlflow(file: Path, models: int, versions: int) -> None:
    """Write the rows that its server would write; asking it for 110,000 of them takes half an hour."""
    pairs = [(model, version) for model in range(models) for version in range(1, versions + 1)]
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executemany(
            "INSERT INTO registered_models (workspace, name, creation_time, last_updated_time) VALUES (?, ?, ?, ?)",
            [("default", _model(model), TIME + model, TIME + model) for model in range(models)],
        )
        connection.executemany(
            "INSERT INTO model_versions (workspace, name, version, creation_time, last_updated_time, current_stage,"
            " source, storage_location, run_id, status) VALUES (?, ?, ?, ?, ?, 'None', ?, ?, ?, 'READY')",
            [
                ("default", _model(model), version, TIME + version, TIME + version, source, source, _run(model))
                for model, version in pairs
                for source in [f"mlflow-artifacts:/0/{_run(model)}/artifacts/model"]
            ],
        )
        connection.executemany(
            "INSERT INTO model_version_tags (workspace, name, version, key, value) VALUES (?, ?, ?, ?, ?)",
            [
                ("default", _model(model), version, tag.key, tag.value)
                for model, version in pairs
                for tag in [_tag(model, version)]
            ],
        )


def _model(number: int) -> str:
    return f"model_{number:05}"


def _run(number: int) -> str:
    return f"{number:032x}"


def _tag(model: int, version: int) -> Tag:
    return Tag("quality", "high" if (model + version) % 10 == 0 else "usual")


def _table(
    contestants: Sequence[Contestant],
    times: dict[tuple[str, str], list[float]],
    arguments: argparse.Namespace,
    machine: list[tuple[str, str]],
) -> str:
    names = [contestant.name for contestant in contestants]
    titles = [f"{contestant.name} {contestant.version}" for contestant in contestants]
    lines = ["# Searches of the model registry beside MLflow's own server", "", "Written by `make bench-registry`.", ""]
    lines += [f"- {name}: {value}" for name, value in machine]
    lines += [f"- {arguments.models:,} models of {arguments.versions} versions, one tag each, in SQLite", ""]
    lines += [
        f"| ms | {titles[0]} p50 | p99 | {titles[1]} p50 | p99 | ratio of p50 |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for question in QUESTIONS:
        figures = [sorted(1000 * seconds for seconds in times[question.name, name]) for name in names]
        medians = [statistics.median(each) for each in figures]
        cells = [f"{value:.1f}" for each in figures for value in (statistics.median(each), _percentile(each, 0.99))]
        lines.append(f"| {question.name} | {' | '.join(cells)} | {medians[0] / medians[1]:.1f} × |")
    lines += [
        "",
        (
            f"- {arguments.requests} requests of each kind to each server, in turns, one at a time; server and client"
            " share the machine. A round counts only if both servers answer with the same number of rows."
        ),
        "- The client acknowledges at once: none of the figures holds the 40 ms of a delayed acknowledgement.",
        "- MLflow's rows are written into its tables directly, ours through the store.",
    ]
    return "\n".join(lines) + "\n"


def _percentile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, round(share * len(ordered)))]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.registry", description=__doc__)
    parser.add_argument("--models", type=int, default=10_000, help="how many models (default: 10000)")
    parser.add_argument("--versions", type=int, default=10, help="how many versions of each (default: 10)")
    parser.add_argument("--requests", type=int, default=40, help="how often each question is asked (default: 40)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
