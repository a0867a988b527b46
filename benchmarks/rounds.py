"""Loads: measurements that need no more than a server, of which several share one; the servers take turns."""

from collections.abc import Sequence
from typing import Protocol

from benchmarks.backends import Store
from benchmarks.samples import Sample
from benchmarks.section import Bench, Serving
from benchmarks.sizes import Sizes


class Load(Protocol):
    """A measurement that needs a server with room for more, whatever is stored there."""

    @property
    def name(self) -> str:
        """As `--only` takes it."""

    @property
    def title(self) -> str:
        """As the progress calls it."""

    @property
    def notes(self) -> Sequence[str]:
        """What a reader of its figures must know, a paragraph each."""

    def measure(self, serving: Serving, sizes: Sizes) -> Sequence[Sample]:
        """Load a server.

        Args:
            serving: The server.
            sizes: How much.

        Raises:
            SystemExit: It answered with errors, or what it acknowledged is not stored.
        """

    def limits(self, store: Store, sizes: Sizes) -> Sequence[Sample]:
        """Measure what the bare database does, and the client against a server that does nothing.

        Args:
            store: An empty one without a server.
            sizes: How much.
        """


def measure_round(bench: Bench, loads: Sequence[Load]) -> dict[str, list[Sample]]:
    """Return what loads show in one round: the bare database, then MLflow's server, then Trialog's.

    Args:
        bench: What to measure with.
        loads: What to measure.
    """
    samples: dict[str, list[Sample]] = {load.name: [] for load in loads}
    with bench.empty_store() as store:
        for load in loads:
            bench.say(f"limits of {load.title}")
            samples[load.name] += load.limits(store, bench.sizes)
    for subject in ("MLflow", "Trialog"):
        with bench.new_server(subject) as serving:
            for load in loads:
                bench.say(f"{subject}: {load.title}")
                samples[load.name] += load.measure(serving, bench.sizes)
    return samples
