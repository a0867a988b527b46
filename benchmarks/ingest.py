"""Tens of millions of points logged to Trialog while it seals them, ten series at a time by each of four clients."""

from collections.abc import Sequence

from benchmarks.batches import CLIENTS
from benchmarks.samples import Sample
from benchmarks.section import Bench, Serving
from benchmarks.sizes import Sizes
from benchmarks.writes import POINTS_PER_BATCH, count_points, log_points
from tests.e2e.rest import RestClient

MEASURE = "ingest, interleaved batches"
WHOLE = "ingest from the first point to the last"
HOT = "rows not yet sealed right after ingest"
SECONDS = 20
QUICK_SECONDS = 2
QUICK_POINTS = 2_000_000
KEYS = 10


class Ingest:
    """The section."""

    name = "ingest"
    title = "ingest with sealing"
    notes = (
        (
            f"Ingest: {CLIENTS} clients send batches of {POINTS_PER_BATCH:,} points, each to a run of its own with"
            f" {KEYS} long noisy series, while the server seals; rate and p99 are those of the stretch up to so many"
            " points. In the end the store counts as many points as were acknowledged, and one series of each"
            " run is read back whole."
        ),
    )
    backends = ("sqlite", "postgresql")

    def parts(self, sizes: Sizes) -> Sequence[str]:
        """Name the only part."""
        return [f"{sizes.ingested} points"]

    def measure(self, bench: Bench, part: str) -> Sequence[Sample]:
        """Log until there are enough points."""
        with bench.new_server("Trialog") as serving:
            with RestClient(serving.server.url) as rest:
                runs = [rest.create_run() for _ in range(CLIENTS)]
            before = serving.store.bytes_in_use()
            with serving.server.peak_megabytes() as memory:
                samples, acknowledged = _log(bench, serving, runs)
            hot = _count(serving, "SELECT count(*) FROM trialog_points")
            _check(serving, runs, acknowledged, len(samples) // 2)
            grown = serving.store.bytes_in_use() - before
            return [
                *samples,
                Sample(HOT, "points", "Trialog", hot),
                Sample("memory during ingest, at most", "MB", "Trialog", max(memory)),
                Sample("disk after ingest", "bytes/point", "Trialog", grown / acknowledged),
            ]


def _log(bench: Bench, serving: Serving, runs: Sequence[str]) -> tuple[list[Sample], int]:
    """Load in stretches; return what each showed, and how many points were acknowledged."""
    samples: list[Sample] = []
    wanted, acknowledged, seconds = bench.sizes.ingested, 0, 0.0
    longest = SECONDS if wanted > QUICK_POINTS else QUICK_SECONDS
    for result in log_points(serving.server.url, "interleaved", runs, wanted, longest=longest):
        acknowledged += result.answered * POINTS_PER_BATCH
        seconds += result.seconds
        samples += [
            Sample(MEASURE, "points/s", "Trialog", result.rate * POINTS_PER_BATCH, acknowledged),
            Sample(MEASURE, "p99 ms", "Trialog", result.p99, acknowledged),
        ]
        bench.say(f"ingest: {acknowledged:,} of {wanted:,} points")
    return [*samples, Sample(WHOLE, "points/s", "Trialog", acknowledged / seconds)], acknowledged


def _check(serving: Serving, runs: Sequence[str], acknowledged: int, stretches: int) -> None:
    # wrk leaves each stretch without the answers to the last request of each connection.
    most = acknowledged + 2 * CLIENTS * POINTS_PER_BATCH * stretches
    stored = _count(serving, "SELECT sum(count) FROM trialog_series")
    with RestClient(serving.server.url) as rest:
        read = KEYS * sum(count_points(rest, run_id, "batch_0") for run_id in runs)
    if not (acknowledged <= stored <= most and read == stored):
        raise SystemExit(f"{acknowledged:,} points acknowledged, {stored:,} counted by the store, {read:,} read back")


def _count(serving: Serving, statement: str) -> int:
    ((found,),) = serving.store.rows(statement)
    return int(found)
