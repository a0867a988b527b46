"""Whole small runs: made, given 20 params and 20 metrics in one request, finished."""

from collections.abc import Sequence
from functools import partial

from benchmarks.backends import Store
from benchmarks.patience import patiently
from benchmarks.samples import Sample
from benchmarks.section import Serving
from benchmarks.sizes import Sizes
from benchmarks.wrk import load, responder
from tests.e2e.rest import RestClient

CLIENTS = 20
ENTRIES = 20
REQUESTS = 3
PAGE = 1000
MEASURE = f"whole small runs, {CLIENTS} clients"


class SmallRuns:
    """The load."""

    name = "runs"
    title = "whole small runs"
    notes = (f"A run is three requests: create, `log_batch` of {ENTRIES} params and {ENTRIES} metrics, update.",)

    def measure(self, serving: Serving, sizes: Sizes) -> Sequence[Sample]:
        """Load a server."""
        return [
            Sample(MEASURE, "runs/s", serving.subject, write_runs(serving.server.url, sizes.seconds) / sizes.seconds)
        ]

    def limits(self, store: Store, sizes: Sizes) -> Sequence[Sample]:
        """Measure the client."""
        with responder() as url:
            result = load(url, "small_run", connections=CLIENTS, threads=CLIENTS, seconds=1)
        return [Sample(MEASURE, "runs/s", "client", result.rate / REQUESTS)]


def write_runs(url: str, seconds: int) -> float:
    """Load a server with small runs and check that each finished one is there whole.

    Args:
        url: Address of the server.
        seconds: For how long.

    Returns:
        How many runs it acknowledged, counting three requests as one.

    Raises:
        SystemExit: It answered with errors, or runs are missing or not whole.
    """
    before = count_whole(url)
    result = load(url, "small_run", connections=CLIENTS, threads=CLIENTS, seconds=seconds)
    stored = count_whole(url) - before
    acknowledged = result.answered / REQUESTS
    # The last run of each client may be under way, and the last answer of each be not counted.
    if result.failed or not acknowledged - CLIENTS <= stored <= acknowledged + CLIENTS:
        raise SystemExit(f"{url}: {result.failed} failed, {acknowledged:.1f} runs acknowledged, {stored} stored")
    return acknowledged


def count_whole(url: str) -> int:
    """Return how many finished runs of a server have all their params and metrics.

    Args:
        url: Its address.
    """
    asked: dict[str, object] = {"experiment_ids": ["0"], "filter": "status = 'FINISHED'", "max_results": PAGE}
    count, token = 0, ""
    with RestClient(url) as rest:
        while True:
            page = {"page_token": token} if token else {}
            answer = patiently(partial(rest.post, "runs/search", {**asked, **page}))
            found = [run["data"] for run in answer.get("runs", [])]
            count += sum(len(data["params"]) == len(data["metrics"]) == ENTRIES for data in found)
            token = answer.get("next_page_token", "")
            if not token:
                return count
