"""Logs to a store that the process opens itself, as a script of a user would, and says what was acknowledged.

`python -m tests.e2e.sdk.embedded_logging URI RUNS BATCHES` prints the ids of its runs.
"""

import sys

import msgspec

from trialog.entities import Metric
from trialog.sdk.tracking_uri import open_transport
from trialog.sdk.transport import Transport
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.runs import RunResponse

POINTS = 20
KEY = "loss"


def log_runs(transport: Transport, runs: int, batches: int) -> list[str]:
    """Make runs with `batches * POINTS` points each; return their ids."""
    run_ids = []
    for _ in range(runs):
        run_id = transport.call("create_run", RunResponse, experiment_id="0").run.info.run_id
        for batch in range(batches):
            log_points(transport, run_id, batch)
        run_ids.append(run_id)
    return run_ids


def log_points(transport: Transport, run_id: str, batch: int) -> None:
    """Log `POINTS` points that no other batch has."""
    steps = range(batch * POINTS, (batch + 1) * POINTS)
    metrics = [Metric(key=KEY, value=float(step), timestamp=1_000 + step, step=step) for step in steps]
    transport.call("log_batch", EmptyResponse, run_id=run_id, metrics=metrics)


if __name__ == "__main__":
    acknowledged = log_runs(open_transport(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    sys.stdout.write(msgspec.json.encode(acknowledged).decode())
