"""The store that the web page is timed with: a table of many runs, and runs with long curves."""

import math
import random
from pathlib import Path
from typing import Final

from benchmarks.search_data import BIG_EXPERIMENT, fill_trialog
from benchmarks.servers import Running, running, trialog_server
from tests.e2e.rest import RestClient

TABLE: Final = str(BIG_EXPERIMENT)
"""The experiment with many runs."""
CURVES: Final = "long curves"
"""Name of the experiment with long curves."""
KEY: Final = "loss"
_AT_ONCE: Final = 1_000
_TIME: Final = 1_700_000_000_000


def make_store(directory: Path, runs: int) -> None:
    """Make a store with many runs in one experiment.

    Args:
        directory: Where its file lies.
        runs: How many.
    """
    with running(trialog_server(), directory):
        pass  # makes the store
    fill_trialog(directory / "store.db", runs)


def log_curves(server: Running, count: int, points: int) -> str:
    """Log runs with one long metric each, wait until the server has nothing left to do, and return the experiment's id.

    Args:
        server: The server.
        count: How many runs.
        points: How many points each metric has.
    """
    chance = random.Random(1)  # noqa: S311 - scatters points, hides nothing
    with RestClient(server.url) as rest:
        experiment = str(rest.post("experiments/create", {"name": CURVES})["experiment_id"])
        for number in range(count):
            start = _TIME + number * 60_000
            body = {"experiment_id": experiment, "run_name": f"pretrain-{number:02}", "start_time": start}
            run_id = rest.post("runs/create", body)["run"]["info"]["run_id"]
            for first in range(0, points, _AT_ONCE):
                metrics = [
                    {
                        "key": KEY,
                        "value": math.exp(-6 * step / points) + chance.gauss(0, 0.02) + 0.01 * number,
                        "timestamp": start + 200 * step,
                        "step": step,
                    }
                    for step in range(first, min(first + _AT_ONCE, points))
                ]
                rest.post("runs/log-batch", {"run_id": run_id, "metrics": metrics})
            end = {"run_id": run_id, "status": "FINISHED", "end_time": start + 200 * points}
            rest.post("runs/update", end)
    server.settle()
    return experiment
