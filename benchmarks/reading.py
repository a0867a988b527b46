"""What charts and the table of runs ask of Trialog, beside what MLflow's API takes for it on the same server.

`python -m benchmarks.reading` fills a new store with one long series and many runs, and prints a line for each way.
"""

import argparse
import http.client
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlencode

from rich.console import Console
from rich.table import Table

from benchmarks.search_data import BIG_EXPERIMENT, fill_trialog
from benchmarks.servers import Running, running, trialog_server
from tests.e2e.rest import RestClient

CURVES: Final = "/api/trialog/v1/metrics/curves"
COLUMNS: Final = "/api/trialog/v1/runs/columns"
SEARCH: Final = "/api/2.0/mlflow/runs/search"
HISTORY: Final = "/api/2.0/mlflow/metrics/get-history"
SAMPLED: Final = "/api/2.0/mlflow/metrics/get-history-bulk-interval"
KEY: Final = "series"
POINTS_PER_BATCH: Final = 1000
POINTS_PER_PAGE: Final = 25_000
KEPT: Final = 2000
ROWS: Final = 1000


class Line(NamedTuple):
    """One way of reading something.

    Attributes:
        what: As the table calls it.
        seconds: How long it takes.
        megabytes: How much is answered.
        items: How many points or rows are read or stood for.
    """

    what: str
    seconds: float
    megabytes: float
    items: int


def main() -> None:
    """Fill a store, start a server on it, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--points", type=int, default=1_000_000, help="length of the series")
    parser.add_argument("--runs", type=int, default=100_000, help="runs in the store")
    parser.add_argument("--times", type=int, default=7, help="how often each is measured; the median counts")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        with running(trialog_server(), directory):
            pass  # makes the store
        fill_trialog(directory / "store.db", options.runs)
        with running(trialog_server(), directory) as server:
            run_id = _log_series(server, options.points)
            lines = [*_read_series(server, run_id, options.points, options.times), *_read_runs(server, options.times)]
    table = Table("reading", "ms", "MB", "items/s")
    for line in lines:
        table.add_row(
            line.what, f"{1000 * line.seconds:,.1f}", f"{line.megabytes:,.2f}", f"{line.items / line.seconds:,.0f}"
        )
    Console(width=110).print(table)


def _log_series(server: Running, count: int) -> str:
    chance = random.Random(1)  # noqa: S311 - scatters points, hides nothing
    value, timestamp = 0.0, 1_700_000_000_000
    with RestClient(server.url) as rest:
        run_id = rest.create_run()
        for start in range(0, count, POINTS_PER_BATCH):
            points = []
            for step in range(start, min(count, start + POINTS_PER_BATCH)):
                value, timestamp = value + chance.gauss(0, 1), timestamp + chance.randrange(900, 1100)
                points.append({"key": KEY, "value": value, "timestamp": timestamp, "step": step})
            rest.post("runs/log-batch", {"run_id": run_id, "metrics": points})
    server.settle()
    return run_id


def _read_series(server: Running, run_id: str, count: int, times: int) -> Iterator[Line]:
    def curves(**choices: object) -> bytes:
        return _post(server, CURVES, {"run_ids": [run_id], "keys": [KEY], **choices})

    yield _measure(f"{count:,} points thinned to {KEPT:,}, binary", lambda: curves(max_points=KEPT), count, times)
    as_json = {"Accept": "application/json"}
    body = {"run_ids": [run_id], "keys": [KEY], "max_points": KEPT}
    yield _measure("the same as JSON", lambda: _post(server, CURVES, body, as_json), count, times)
    query = urlencode({"run_ids": run_id, "metric_key": KEY, "max_results": KEPT})
    yield _measure("sampled MLflow's way, JSON", lambda: _get(server, f"{SAMPLED}?{query}"), count, times)
    zoom = {"start": count // 4, "end": count // 4 + 99_999}
    yield _measure("100,000 of them thinned, binary", lambda: curves(max_points=KEPT, **zoom), 100_000, times)
    whole = min(count, 1_000_000)
    yield _measure(f"{whole:,} points whole, binary", lambda: curves(max_points=whole), whole, times)
    yield _measure("the same in MLflow's JSON pages", lambda: _read_pages(server, run_id), count, max(1, times // 3))
    query = urlencode({"run_id": run_id, "metric_key": KEY})
    yield _measure("the same in one JSON answer", lambda: _get(server, f"{HISTORY}?{query}"), count, max(1, times // 3))


def _read_pages(server: Running, run_id: str) -> bytes:
    query = {"run_id": run_id, "metric_key": KEY, "max_results": str(POINTS_PER_PAGE)}
    pages = []
    while True:
        pages.append(_get(server, f"{HISTORY}?{urlencode(query)}"))
        # Only the end is looked at: what a client makes of the points is its own time.
        _, found, token = pages[-1][-2000:].rpartition(b'"next_page_token":')
        if not found:
            return b"".join(pages)
        query["page_token"] = json.loads(token.removesuffix(b"}"))


def _read_runs(server: Running, times: int) -> Iterator[Line]:
    search = {
        "experiment_ids": [str(BIG_EXPERIMENT)],
        "order_by": ["metrics.metric_05 DESC"],
        "max_results": ROWS,
    }
    columns = {
        "attributes": ["run_id", "run_name"],
        "metrics": ["metric_05", "metric_06"],
        "params": ["param_03"],
    }
    filtered = {"filter": "metrics.metric_06 > 0.5 and params.param_00 = '3'"}
    for name, more in (("", {}), (", filtered", filtered)):
        full, few = {**search, **more}, {**search, **columns, **more}
        yield _measure(f"{ROWS:,} full rows of runs{name}", partial(_post, server, SEARCH, full), ROWS, times)
        yield _measure(f"{ROWS:,} rows, 5 columns{name}", partial(_post, server, COLUMNS, few), ROWS, times)


def _measure(what: str, ask: Callable[[], bytes], items: int, times: int) -> Line:
    size = len(ask())
    seconds = []
    for _ in range(times):
        begin = time.perf_counter()
        ask()
        seconds.append(time.perf_counter() - begin)
    return Line(what, statistics.median(seconds), size / 1e6, items)


def _get(server: Running, target: str) -> bytes:
    return _answer(server, "GET", target, None, {})


def _post(server: Running, path: str, body: Mapping[str, object], headers: Mapping[str, str] | None = None) -> bytes:
    return _answer(server, "POST", path, json.dumps(body), {"Content-Type": "application/json", **(headers or {})})


def _answer(server: Running, method: str, target: str, body: str | None, headers: Mapping[str, str]) -> bytes:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)) as connection:
        connection.request(method, target, body, dict(headers))
        response = connection.getresponse()
        content = response.read()
        if response.status != http.HTTPStatus.OK:
            raise SystemExit(f"{method} {target}: {response.status} {content[:500]!r}")
        return content


if __name__ == "__main__":
    main()
