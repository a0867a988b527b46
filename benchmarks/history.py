"""A series of a million points read whole and thinned: MLflow's JSON pages, MLflow's sampling, Trialog's columns."""

import http.client
import json
import random
import re
import socket
import statistics
import struct
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from itertools import islice
from urllib.parse import urlencode

from benchmarks.patience import patiently
from benchmarks.rows import writing
from benchmarks.samples import Sample
from benchmarks.section import Bench, Serving
from benchmarks.servers import Running
from benchmarks.sizes import Sizes
from benchmarks.writes import MOST_PER_PAGE, POINTS_PER_BATCH
from tests.e2e.rest import RestClient

PAGES = "history whole, MLflow's JSON pages"
COLUMNS = "history whole, as columns"
SAMPLED = "history sampled to 2,000 points, MLflow's way"
THINNED = "history thinned to 2,000 points, as columns"
KEPT = 2_000
TIMES = 5
SLOW_TIMES = 3
KEY = "series"
PAGED = "/api/2.0/mlflow/metrics/get-history"
BULK = "/api/2.0/mlflow/metrics/get-history-bulk-interval"
CURVES = "/api/trialog/v1/metrics/curves"
TIME = 1_700_000_000_000
COLUMNS_OF_MLFLOW = ("run_uuid", "key", "value", "timestamp", "step", "is_nan")
NEXT_PAGE = re.compile(rb'"next_page_token": *"([^"]+)"')


class History:
    """The section."""

    name = "history"
    title = "history of one long series"
    notes = (
        (
            f"History: one client, a new connection each time, the answer read as bytes; pages are of {MOST_PER_PAGE:,}"
            " points. MLflow's points are written into its tables directly. MLflow samples by steps; Trialog's thinning"
            " keeps minima, maxima, first and last."
        ),
    )
    backends = ("sqlite", "postgresql")

    def parts(self, sizes: Sizes) -> Sequence[str]:
        """Name the only part."""
        return [f"{sizes.history} points"]

    def measure(self, bench: Bench, part: str) -> Sequence[Sample]:
        """Log a series to Trialog, write it into MLflow's tables, read both."""
        samples = []
        for subject in ("MLflow", "Trialog"):
            with bench.new_server(subject) as serving:
                bench.say(f"a series is written for {subject}")
                run_id, count = _write(serving, bench.sizes.history)
                bench.say(f"{subject}: pages of history")
                seconds = _read_pages(serving.server, run_id, count)
                samples.append(Sample(PAGES, "points/s", subject, count / seconds))
                bench.say(f"{subject}: {SAMPLED}")
                asked = {"run_ids": run_id, "metric_key": KEY, "max_results": str(KEPT)}
                times = [_get(serving.server, f"{BULK}?{urlencode(asked)}")[0] for _ in range(SLOW_TIMES)]
                samples.append(Sample(SAMPLED, "p50 ms", subject, 1000 * statistics.median(times)))
                if subject == "Trialog":
                    bench.say("Trialog: columns")
                    whole = _read_columns(serving.server, run_id, count)
                    thinned = _read_columns(serving.server, run_id, KEPT)
                    samples.append(Sample(COLUMNS, "points/s", subject, count / whole))
                    samples.append(Sample(THINNED, "p50 ms", subject, 1000 * thinned))
        return samples


def _write(serving: Serving, wanted: int) -> tuple[str, int]:
    """Give a server a run with a series of about so many points; return the run's id and how many it has."""
    with RestClient(serving.server.url) as rest:
        run_id = rest.create_run()
        if serving.subject == "MLflow":
            # No index has this name: all are kept.
            with writing(serving.store, "none") as rows:
                rows.insert("metrics", COLUMNS_OF_MLFLOW, _points(run_id, wanted))
            return run_id, wanted
        points = _points(run_id, wanted)
        while some := list(islice(points, POINTS_PER_BATCH)):
            metrics = [
                {"key": key, "value": value, "timestamp": time, "step": step} for _, key, value, time, step, _ in some
            ]
            rest.post("runs/log-batch", {"run_id": run_id, "metrics": metrics})
    return run_id, wanted


def _points(run_id: str, count: int) -> Iterator[tuple[str, str, float, int, int, bool]]:
    chance = random.Random(1)  # noqa: S311 - makes values, hides nothing
    value = 0.0
    for step in range(1, count + 1):
        value += chance.random() - 0.5
        yield run_id, KEY, value, TIME + step, step, False


def _read_pages(server: Running, run_id: str, count: int) -> float:
    """Read a history to its end; return how many seconds it took."""
    parameters = {"run_id": run_id, "metric_key": KEY, "max_results": str(MOST_PER_PAGE)}
    seconds, found, token = 0.0, 0, ""
    while True:
        asked = {**parameters, **({"page_token": token} if token else {})}
        used, answer = _get(server, f"{PAGED}?{urlencode(asked)}")
        seconds += used
        found += answer.count(b'"step"')
        match = NEXT_PAGE.search(answer)
        if match is None:
            break
        token = match[1].decode()
    if found != count:
        raise SystemExit(f"{server.url}: {found} points of {count} came back page by page")
    return seconds


def _read_columns(server: Running, run_id: str, kept: int) -> float:
    """Ask for a curve of so many points at most; return how many seconds it takes."""
    body = json.dumps({"run_ids": [run_id], "keys": [KEY], "max_points": kept})
    times = []
    for _ in range(TIMES):
        seconds, answer = _ask(server, "POST", CURVES, body, {"Content-Type": "application/json"})
        (length,) = struct.unpack_from("<Q", answer, 8)
        (curve,) = json.loads(answer[16 : 16 + length])["curves"]
        if not kept // 2 <= curve["count"] <= kept:
            raise SystemExit(f"{curve['count']} points of {kept} came back as columns")
        times.append(seconds)
    return statistics.median(times)


def _get(server: Running, target: str) -> tuple[float, bytes]:
    return patiently(partial(_ask, server, "GET", target, None, {}))


def _ask(
    server: Running, method: str, target: str, body: str | None, headers: Mapping[str, str]
) -> tuple[float, bytes]:
    """Ask over a connection that acknowledges at once; return how many seconds it took, and the answer."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)) as connection:
        connection.connect()
        if hasattr(socket, "TCP_QUICKACK"):
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        begin = time.perf_counter()
        connection.request(method, target, body, dict(headers))
        response = connection.getresponse()
        answer = response.read()
        seconds = time.perf_counter() - begin
    if response.status != http.HTTPStatus.OK:
        raise SystemExit(f"{server.url}{target}: {response.status} {answer.decode(errors='replace')}")
    return seconds, answer
