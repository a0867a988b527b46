"""Searches of runs: the same runs in both servers, asked the same questions in turns.

The connections acknowledge at once, so that no answer waits for a delayed acknowledgement, and answers are read as
bytes: what a client makes of them is not measured.
"""

import asyncio
import http.client
import json
import socket
import statistics
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.backends import Store
from benchmarks.patience import patiently
from benchmarks.rows import writing
from benchmarks.samples import Sample, Subject
from benchmarks.search_data import (
    BIG_EXPERIMENT,
    MLFLOW_INDEXES,
    SMALL,
    SMALL_EXPERIMENT,
    TRIALOG_INDEXES,
    write_mlflow,
    write_trialog,
)
from benchmarks.section import Bench, Serving, address, contestant
from benchmarks.servers import Running, running
from benchmarks.sizes import Sizes
from trialog.store import open_store

PATH = "/api/2.0/mlflow/runs/search"
WARM_UP = 2
# A question that takes this long is asked a few times only.
LONG_SECONDS = 0.25
FEW_REQUESTS = 3
# One that takes so long is asked once, and that counts although nothing was warm: the next would take as long.
ENDLESS_SECONDS = 5.0


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


BY_METRIC = "100 by a metric"
FULL_ROWS = "newest 1,000, whole"
LIKE = "a tag LIKE"
FEW_BESIDE = f"{SMALL} runs beside, by a metric"
METRIC_AND_PARAM = "a metric and a param, by a metric"
QUESTIONS = (
    Question("newest 100", {}),
    Question(FULL_ROWS, {}, 1000),
    Question(BY_METRIC, {"order_by": ["metrics.metric_00 DESC"]}),
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
    Question(LIKE, {"filter": "tags.team LIKE '%77%'"}),
    Question(
        METRIC_AND_PARAM,
        {"filter": "metrics.metric_00 > 0.5 AND params.param_00 = '3'", "order_by": ["metrics.metric_03 DESC"]},
    ),
    Question(FEW_BESIDE, {"order_by": ["metrics.metric_00 DESC"]}, experiment=SMALL_EXPERIMENT),
    Question(
        f"{SMALL} runs beside, a metric and a param",
        {"filter": "metrics.metric_00 > 0.5 AND params.param_00 != '3'"},
        experiment=SMALL_EXPERIMENT,
    ),
)


# Among more runs than these, MLflow is asked these questions only: all take it minutes.
ALL_ASKED = 1_000
ALWAYS_ASKED = {FULL_ROWS, BY_METRIC, METRIC_AND_PARAM, LIKE, FEW_BESIDE}


class Search:
    """The section."""

    name = "search"
    title = "searches of runs"
    notes = (
        (
            "Searches: p50 / p99 in milliseconds, one request at a time, among so many runs of 20 params, 20 metrics"
            " and 5 tags. Both servers must answer with the same runs in the same order. The rows of both are written"
            " into the tables directly. A question that takes MLflow long is asked a few times only; among 100,000"
            " runs it had not answered one after five minutes, and Trialog is asked alone."
        ),
    )
    backends = ("sqlite", "postgresql")

    def parts(self, sizes: Sizes) -> Sequence[str]:
        """Name the sizes."""
        return [str(count) for count in (*sizes.run_counts, *sizes.own_run_counts)]

    def measure(self, bench: Bench, part: str) -> Sequence[Sample]:
        """Fill the stores and ask."""
        size = int(part)
        subjects: tuple[Subject, ...] = ("Trialog",) if size in bench.sizes.own_run_counts else ("MLflow", "Trialog")
        times: dict[tuple[str, Subject], list[float]] = {}
        with ExitStack() as stack:
            stores = {subject: stack.enter_context(bench.empty_store()) for subject in subjects}
            for subject, store in stores.items():
                bench.say(f"{size:,} runs are written for {subject}")
                _fill(subject, store, size)
            servers = {subject: stack.enter_context(bench.serving(subject, store)) for subject, store in stores.items()}
            for question in QUESTIONS:
                bench.say(f"{size:,} runs: {question.name}")
                asked = {
                    subject: serving
                    for subject, serving in servers.items()
                    if subject == "Trialog" or size <= ALL_ASKED or question.name in ALWAYS_ASKED
                }
                _ask_in_turns(asked, question, bench.sizes.questions, times)
        return [
            sample
            for (name, subject), seconds in times.items()
            for ordered in [sorted(1000 * each for each in seconds)]
            for sample in (
                Sample(name, "p50 ms", subject, statistics.median(ordered), size),
                Sample(name, "p99 ms", subject, ordered[min(len(ordered) - 1, round(0.99 * len(ordered)))], size),
            )
        ]


def make_tables(subject: Subject, store: Store) -> None:
    """Make the tables of a server in an empty database.

    Args:
        subject: Which server.
        store: The database.
    """
    if subject == "Trialog":
        asyncio.run(_open_and_close(store.uri))
        return
    with running(contestant(subject), store.directory, address(subject, store)):
        pass  # it makes them when it starts


async def _open_and_close(uri: str) -> None:
    await (await open_store(uri, default_artifact_root="mlflow-artifacts:/")).close()


def _fill(subject: Subject, store: Store, size: int) -> None:
    make_tables(subject, store)
    if subject == "Trialog":
        with writing(store, TRIALOG_INDEXES) as rows:
            write_trialog(rows, size)
    else:
        with writing(store, MLFLOW_INDEXES) as rows:
            write_mlflow(rows, size)


def _ask_in_turns(
    servers: Mapping[Subject, Serving], question: Question, requests: int, times: dict[tuple[str, Subject], list[float]]
) -> None:
    found: dict[Subject, list[str]] = {}
    slow: set[Subject] = set()
    endless: set[Subject] = set()
    for number in range(-WARM_UP, requests):
        for subject, serving in servers.items():
            known = times.setdefault((question.name, subject), [])
            if subject in endless or (subject in slow and (number < 0 or len(known) >= FEW_REQUESTS)):
                continue
            seconds, found[subject] = patiently(partial(_ask, serving.server, question))
            if seconds > LONG_SECONDS:
                slow.add(subject)
            if seconds > ENDLESS_SECONDS:
                endless.add(subject)
            if number >= 0 or subject in endless:
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
