"""Whether memory stays flat while a million requests are answered."""

from collections.abc import Sequence

from benchmarks.samples import Sample
from benchmarks.section import Bench
from benchmarks.sizes import Sizes
from benchmarks.wrk import load
from tests.e2e.rest import RestClient

CLIENTS = 20
STRETCHES = 10
MEASURE = "memory after so many requests"
GROWTH = "memory, last tenth against second tenth"
MOST = "memory over many requests, at most"


class Memory:
    """The section."""

    name = "memory"
    title = "memory over many requests"
    notes = (
        (
            f"Memory over requests: {CLIENTS} clients; each second request logs a metric, the others read a run. After"
            " each tenth the memory of the server is looked at."
        ),
    )
    backends = ("sqlite",)

    def parts(self, sizes: Sizes) -> Sequence[str]:
        """Name the only part."""
        return [f"{sizes.requests} requests"]

    def measure(self, bench: Bench, part: str) -> Sequence[Sample]:
        """Ask until there were enough requests."""
        wanted = bench.sizes.requests
        seen: list[float] = []
        with bench.new_server("Trialog") as serving, serving.server.peak_megabytes() as memory:
            with RestClient(serving.server.url) as rest:
                runs = [rest.create_run() for _ in range(CLIENTS)]
            answered, step, rate = 0, 0, 1000.0
            samples = []
            while answered < wanted:
                bench.say(f"memory: {answered:,} of {wanted:,} requests")
                seconds = max(1, round(wanted / STRETCHES / rate))
                result = load(
                    serving.server.url, "mixed", connections=CLIENTS, seconds=seconds, runs=runs, first_step=step
                )
                if result.failed:
                    raise SystemExit(f"{serving.server.url}: {result.failed} requests failed")
                answered += result.answered
                step += result.answered + 2 * CLIENTS
                rate = result.rate
                seen.append(serving.server.resident_megabytes())
                samples.append(Sample(MEASURE, "MB", "Trialog", seen[-1], answered))
        return [
            *samples,
            Sample(GROWTH, "%", "Trialog", 100 * seen[-1] / seen[min(1, len(seen) - 1)]),
            Sample(MOST, "MB", "Trialog", max(memory)),
        ]
