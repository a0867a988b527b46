"""Batches of 1,000 points by four clients, in three shapes."""

from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.backends import Store
from benchmarks.ceiling import batches, batches_per_second
from benchmarks.samples import Sample
from benchmarks.section import Serving
from benchmarks.sizes import Sizes
from benchmarks.writes import POINTS_PER_BATCH, write
from benchmarks.wrk import Kind, load, responder
from tests.e2e.rest import RestClient

CLIENTS = 4
RAW_SECONDS = 1.5
MEMORY = "memory while batches are logged, at most"


class Shape(NamedTuple):
    """What a batch holds.

    Args:
        measure: As the table calls it.
        kind: As wrk sends it.
        series: Of how many series it has points.
    """

    measure: str
    kind: Kind
    series: int


ONE_SERIES = Shape("batches of one long series a client", "series", 1)
INTERLEAVED = Shape("batches of 10 metrics, 100 steps, interleaved", "interleaved", 10)
RANDOM_KEYS = Shape("batches of 1,000 metrics in random order", "random_keys", 1000)
SHAPES = (ONE_SERIES, INTERLEAVED, RANDOM_KEYS)


class Batches:
    """The load."""

    name = "batches"
    title = f"batches of {POINTS_PER_BATCH:,} points, {CLIENTS} clients"
    notes = (
        (
            "The bare database gets the same points from one connection, ready to be written, a transaction for each"
            " batch of 1,000, into a table like the one that points are kept in: `executemany` on SQLite, COPY"
            " on PostgreSQL."
        ),
    )

    def measure(self, serving: Serving, sizes: Sizes) -> Sequence[Sample]:
        """Load a server."""
        samples = []
        with serving.server.peak_megabytes() as memory:
            for shape in SHAPES:
                with RestClient(serving.server.url) as rest:
                    runs = [rest.create_run() for _ in range(CLIENTS)]
                result = write(
                    serving.server.url,
                    shape.kind,
                    runs,
                    connections=CLIENTS,
                    threads=CLIENTS,
                    seconds=sizes.seconds,
                )
                samples += [
                    Sample(shape.measure, "points/s", serving.subject, result.rate * POINTS_PER_BATCH),
                    Sample(shape.measure, "p50 ms", serving.subject, result.p50),
                    Sample(shape.measure, "p99 ms", serving.subject, result.p99),
                ]
        return [*samples, Sample(MEMORY, "MB", serving.subject, max(memory))]

    def limits(self, store: Store, sizes: Sizes) -> Sequence[Sample]:
        """Measure the client and the database."""
        samples = []
        for shape in SHAPES:
            with responder() as url:
                runs = ["0" * 32] * CLIENTS
                client = load(url, shape.kind, connections=CLIENTS, threads=CLIENTS, seconds=1, runs=runs)
            raw = batches_per_second(store, batches(shape.series, POINTS_PER_BATCH, CLIENTS), RAW_SECONDS)
            samples += [
                Sample(shape.measure, "points/s", "client", client.rate * POINTS_PER_BATCH),
                Sample(shape.measure, "points/s", "raw", raw * POINTS_PER_BATCH),
            ]
        return samples
