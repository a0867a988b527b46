"""Writes that are counted only when everything acknowledged is read back."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from benchmarks.patience import patiently
from benchmarks.wrk import Kind, Load, load
from tests.e2e.rest import RestClient

POINTS_PER_BATCH = 1000
MOST_PER_PAGE = 25_000
# So many steps lie between where one stretch of a load begins and where the next one does.
STEPS_PER_STRETCH = 100_000_000


class Check(NamedTuple):
    """How a kind of load is read back.

    Args:
        keys: Metrics that are looked at.
        points: Points of each of them in a request.
    """

    keys: Sequence[str]
    points: int


# A request of interleaved series or random keys is stored whole or not at all: some of its keys tell of all.
CHECKS: dict[Kind, Check] = {
    "log_metric": Check(("loss",), 1),
    "series": Check(("series",), POINTS_PER_BATCH),
    "regular": Check(("regular",), POINTS_PER_BATCH),
    "interleaved": Check(("batch_0", "batch_9"), POINTS_PER_BATCH // 10),
    "random_keys": Check(("key_0", "key_500", "key_999"), 1),
}


def write(
    url: str, kind: Kind, runs: Sequence[str], *, connections: int, seconds: int, threads: int = 1, first_step: int = 0
) -> Load:
    """Load a server with writes to runs of their own and check that it stored each one that it acknowledged.

    Args:
        url: Address of the server.
        kind: What to write.
        runs: Ids of the runs, to which nothing of this kind was logged.
        connections: How many at once.
        seconds: For how long.
        threads: How many threads of wrk share the connections.
        first_step: Steps begin behind it.

    Raises:
        SystemExit: It answered with errors, or what it answered is not stored.
    """
    result = load(
        url, kind, connections=connections, seconds=seconds, runs=runs, threads=threads, first_step=first_step
    )
    check = CHECKS[kind]
    with RestClient(url) as rest:
        for key in check.keys:
            stored = sum(count_points(rest, run_id, key) for run_id in runs) / check.points
            # wrk leaves when its time is over, without the answers to the last request of each connection.
            if result.failed or not result.answered <= stored <= result.answered + 2 * connections:
                raise SystemExit(
                    f"{url} {kind}: {result.failed} failed, {result.answered} answered, {stored} stored of {key}"
                )
    return result


def log_points(url: str, kind: Kind, runs: Sequence[str], wanted: int, *, longest: int) -> Iterator[Load]:
    """Send batches, each client to a run of its own, until there are as many points as wanted, or a few more.

    Args:
        url: Address of the server.
        kind: What the batches hold.
        runs: Ids of the runs, one for each client.
        wanted: How many points.
        longest: Seconds after which what came of it so far is yielded.

    Yields:
        What came of each stretch.

    Raises:
        SystemExit: The server answered with errors.
    """
    logged, seconds, stretch = 0, 0.0, 0
    while logged < wanted:
        # A slow server may have answered nothing so far.
        left = (wanted - logged) * seconds / logged if logged else 2**stretch
        result = load(
            url,
            kind,
            connections=len(runs),
            threads=len(runs),
            seconds=max(1, min(longest, round(left))),
            runs=runs,
            first_step=stretch * STEPS_PER_STRETCH,
        )
        if result.failed:
            raise SystemExit(f"{url}: {result.failed} batches failed")
        stretch, logged, seconds = stretch + 1, logged + result.answered * POINTS_PER_BATCH, seconds + result.seconds
        yield result


def count_points(rest: RestClient, run_id: str, key: str) -> int:
    """Return how many points of a metric a server gives, page by page.

    Args:
        rest: A connection to it.
        run_id: Id of the run.
        key: Name of the metric.
    """
    count, token = 0, ""
    while True:
        asked: dict[str, str | int] = {"run_id": run_id, "metric_key": key, "max_results": MOST_PER_PAGE}
        page = {"page_token": token} if token else {}
        answer = patiently(partial(rest.get, "metrics/get-history", **asked, **page))
        count += len(answer.get("metrics", []))
        token = answer.get("next_page_token", "")
        if not token:
            return count
