"""How much is measured: in full, or quickly to see that all works."""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Sizes:
    """How much of everything.

    Attributes:
        rounds: How often the servers are loaded in turns.
        seconds: How long each load lasts.
        run_counts: Runs in both servers when they are searched.
        own_run_counts: Runs in Trialog alone; among 100,000, MLflow had not answered one question after five minutes.
        questions: How often each search is asked.
        ingested: Points logged to Trialog while it seals.
        history: Points of the series that is read.
        artifact_megabytes: Size of the artifact that is sent and fetched.
        requests: Requests after which memory is looked at.
        points_on_disk: Points of each kind whose size on the disk is measured.
        runs_on_disk: Small runs whose size on the disk is measured.
        settle_seconds: How long a server may go on loading before it is measured; MLflow's does after its first answer.
    """

    rounds: int = 3
    seconds: int = 2
    run_counts: Sequence[int] = (1_000, 10_000)
    own_run_counts: Sequence[int] = (100_000, 1_000_000)
    questions: int = 20
    ingested: int = 50_000_000
    history: int = 1_000_000
    artifact_megabytes: int = 1024
    requests: int = 1_000_000
    points_on_disk: int = 500_000
    runs_on_disk: int = 2_000
    settle_seconds: float = 20


SQLITE = Sizes()
POSTGRESQL = replace(SQLITE, rounds=2, own_run_counts=(100_000,), ingested=2_000_000)
QUICK = Sizes(
    rounds=1,
    seconds=1,
    run_counts=(1_000,),
    own_run_counts=(10_000,),
    questions=5,
    ingested=500_000,
    history=100_000,
    artifact_megabytes=64,
    requests=20_000,
    points_on_disk=100_000,
    runs_on_disk=200,
    settle_seconds=3,
)
# MLflow takes longer to start than Trialog to be measured.
QUICK_POSTGRESQL = replace(QUICK, run_counts=(), own_run_counts=(1_000,))


def sizes_for(backend: str, *, quick: bool) -> Sizes:
    """Return how much is measured on a database.

    Args:
        backend: Its name.
        quick: Whether it is only to be seen that all works.
    """
    if backend == "sqlite":
        return QUICK if quick else SQLITE
    return QUICK_POSTGRESQL if quick else POSTGRESQL
