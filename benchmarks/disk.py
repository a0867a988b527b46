"""How much of the disk a point and a run take."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from benchmarks.batches import CLIENTS
from benchmarks.samples import Sample
from benchmarks.section import Bench, Serving
from benchmarks.sizes import Sizes
from benchmarks.small_runs import count_whole, write_runs
from benchmarks.writes import CHECKS, POINTS_PER_BATCH, count_points, log_points
from benchmarks.wrk import Kind
from tests.e2e.rest import RestClient

SMALL_RUN = "small run of 20 params and 20 metrics"
# MLflow takes minutes for what takes Trialog seconds; its rows do not get smaller by being many.
MLFLOW_SHARE = 20
# Sealing is over when the store does not change for so long.
QUIET_SECONDS = 3
MOST_QUIET_SECONDS = 120
POLL_SECONDS = 0.25
LONGEST_SECONDS = 20


class Kept(NamedTuple):
    """A kind of points.

    Args:
        measure: As the table calls it.
        kind: As wrk sends it.
    """

    measure: str
    kind: Kind


NOISY = Kept("long noisy series, one after the other", "series")
NOISY_BESIDE = Kept("long noisy series, ten beside each other", "interleaved")
REGULAR = Kept("long series of three decimals at regular times", "regular")
KINDS = (NOISY, NOISY_BESIDE, REGULAR)


class Disk:
    """The section."""

    name = "disk"
    title = "disk"
    notes = (
        (
            "Disk: what the database grows by, indexes included, once sealing has come to rest; free pages of SQLite's"
            " file are not counted, and PostgreSQL is told to VACUUM before, which leaves the room of sealed rows"
            " in its files, for the next rows."
        ),
    )
    backends = ("sqlite", "postgresql")

    def parts(self, sizes: Sizes) -> Sequence[str]:
        """Name the only part."""
        return [f"{sizes.points_on_disk} points, {sizes.runs_on_disk} runs"]

    def measure(self, bench: Bench, part: str) -> Sequence[Sample]:
        """Store and look."""
        samples = []
        for subject in ("MLflow", "Trialog"):
            share = MLFLOW_SHARE if subject == "MLflow" else 1
            with bench.new_server(subject) as serving:
                for kept in KINDS:
                    bench.say(f"{subject}: {kept.measure}")
                    size, count = _grown(
                        serving, partial(_log, serving, kept.kind, bench.sizes.points_on_disk // share)
                    )
                    samples.append(Sample(kept.measure, "bytes/point", subject, size / count))
                bench.say(f"{subject}: small runs")
                size, count = _grown(serving, partial(_log_runs, serving, bench.sizes.runs_on_disk // share))
                samples.append(Sample(SMALL_RUN, "bytes/run", subject, size / count))
        return samples


def _grown(serving: Serving, work: Callable[[], int]) -> tuple[int, int]:
    """Return how many bytes a database grows by when something is done, and what doing it returned."""
    before = serving.store.bytes_in_use()
    count = work()
    _wait_until_quiet(serving)
    return serving.store.bytes_in_use() - before, count


def _log(serving: Serving, kind: Kind, wanted: int) -> int:
    """Log about so many points; return how many are read back."""
    url = serving.server.url
    with RestClient(url) as rest:
        runs = [rest.create_run() for _ in range(CLIENTS)]
        acknowledged = sum(result.answered for result in log_points(url, kind, runs, wanted, longest=LONGEST_SECONDS))
        check = CHECKS[kind]
        stored = sum(count_points(rest, run_id, check.keys[0]) for run_id in runs) * POINTS_PER_BATCH // check.points
    if stored < acknowledged * POINTS_PER_BATCH:
        raise SystemExit(f"{url} {kind}: {acknowledged} batches acknowledged, {stored} points stored")
    return stored


def _log_runs(serving: Serving, wanted: int) -> int:
    """Make at least so many small runs; return how many."""
    before, seconds = count_whole(serving.server.url), 1
    while (made := count_whole(serving.server.url) - before) < wanted:
        rate = write_runs(serving.server.url, seconds) / seconds
        seconds = min(LONGEST_SECONDS, max(1, round((wanted - made) / rate)) if rate else 2 * seconds)
    return made


def _wait_until_quiet(serving: Serving) -> None:
    """Wait until the store has stopped changing."""
    end = time.monotonic() + MOST_QUIET_SECONDS
    size, quiet_since = serving.store.bytes_in_use(), time.monotonic()
    while time.monotonic() < min(end, quiet_since + QUIET_SECONDS):
        time.sleep(POLL_SECONDS)
        if (now := serving.store.bytes_in_use()) != size:
            size, quiet_since = now, time.monotonic()
