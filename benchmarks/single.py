"""Single metrics: one request a point, by 1, 4 and 20 clients."""

from collections.abc import Sequence

from benchmarks.backends import Store
from benchmarks.ceiling import batches, batches_per_second
from benchmarks.machine import measure_sync
from benchmarks.samples import Sample, Subject
from benchmarks.section import Serving
from benchmarks.sizes import Sizes
from benchmarks.writes import write
from benchmarks.wrk import Kind, Load, load, responder
from tests.e2e.rest import RestClient

CLIENTS = (1, 4, 20)
RAW_SECONDS = 1
HEALTH = "`/health`, 20 clients"


def measure_name(clients: int) -> str:
    """Return what the table calls a load.

    Args:
        clients: How many log at once.
    """
    return f"`log_metric`, {clients} client{'s' if clients > 1 else ''}"


class SingleMetrics:
    """The load."""

    name = "single"
    title = "single metrics"
    notes = (
        "`/health` touches no store: nothing written can be faster than this server and this client are there.",
        (
            "Compare the saturated rates. With one client, much of MLflow's latency is waiting: its workers send header"
            " and body of an answer apart, and the second part is held back until the client's system acknowledges the"
            " first, which Linux delays by 40 ms."
        ),
        (
            "The bare database gets one point a transaction from one client. Where several clients wait for the disk,"
            " Trialog lets them share a transaction."
        ),
    )

    def measure(self, serving: Serving, sizes: Sizes) -> Sequence[Sample]:
        """Load a server."""
        url, subject = serving.server.url, serving.subject
        samples = _samples(HEALTH, subject, load(url, "health", connections=20, seconds=sizes.seconds))
        for clients in CLIENTS:
            with RestClient(url) as rest:
                runs = [rest.create_run() for _ in range(clients)]
            result = write(url, "log_metric", runs, connections=clients, seconds=sizes.seconds)
            samples += _samples(measure_name(clients), subject, result)
        return samples

    def limits(self, store: Store, sizes: Sizes) -> Sequence[Sample]:
        """Measure the client, the disk and the database."""
        samples = []
        with responder() as url:
            kinds: tuple[tuple[str, Kind, int], ...] = (
                (HEALTH, "health", 20),
                *((measure_name(clients), "log_metric", clients) for clients in CLIENTS),
            )
            for measure, kind, clients in kinds:
                result = load(url, kind, connections=clients, seconds=1, runs=["0" * 32])
                samples += _samples(measure, "client", result)
        rate = batches_per_second(store, batches(1, 1, 1), RAW_SECONDS)
        sync = measure_sync(store.directory)
        return [
            *samples,
            Sample(measure_name(1), "requests/s", "raw", rate),
            Sample("write and sync of 4 KiB", "µs", "raw", sync.microseconds),
        ]


def _samples(measure: str, subject: Subject, result: Load) -> list[Sample]:
    return [
        Sample(measure, "requests/s", subject, result.rate),
        Sample(measure, "p50 ms", subject, result.p50),
        Sample(measure, "p99 ms", subject, result.p99),
    ]
