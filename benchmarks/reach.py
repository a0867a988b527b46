"""What Trialog aims at, and whether it is reached."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from benchmarks import artifacts, batches, disk, history, memory, search, single, small_runs, start
from benchmarks.figures import Figures, ratio, written

SQLITE, POSTGRESQL = "sqlite", "postgresql"


class Condition(NamedTuple):
    """One figure, and what it is to be.

    Args:
        value: The figure; None if it was not measured.
        unit: Behind the figure; it says what is counted.
        least: The least that reaches the aim.
        most: The most that reaches it.
    """

    value: float | None
    unit: str
    least: float | None = None
    most: float | None = None

    @property
    def reached(self) -> bool:
        """Whether it is measured, and as it is to be."""
        value = self.value
        return (
            value is not None
            and (self.least is None or value >= self.least)
            and (self.most is None or value <= self.most)
        )


class Aim(NamedTuple):
    """A row.

    Args:
        what: What is measured.
        aim: What is aimed at, in words.
        conditions: The same as figures.
    """

    what: str
    aim: str
    conditions: Sequence[Condition]

    @property
    def measured(self) -> str:
        """The figures; those that miss the aim are marked."""
        parts = []
        for condition in self.conditions:
            if condition.value is None:
                parts.append(f"{condition.unit}: not measured")
            else:
                text = f"{written(condition.value)} {condition.unit}"
                parts.append(text if condition.reached else f"**{text}**")
        return "; ".join(parts)

    @property
    def verdict(self) -> str:
        """Whether it is reached."""
        if any(condition.value is not None and not condition.reached for condition in self.conditions):
            return "**no**"
        return "yes" if all(condition.reached for condition in self.conditions) else "not measured"


def aims(figures: Figures) -> Sequence[Aim]:
    """Return all rows.

    Args:
        figures: What was measured.
    """
    return [*_writes(figures), *_reads(figures), *_resources(figures)]


def _writes(figures: Figures) -> Iterator[Aim]:
    for shape in batches.SHAPES:
        for backend, times, ceiling in ((SQLITE, 20, "the raw ceiling"), (POSTGRESQL, 10, "raw COPY")):
            yield Aim(
                f"points/s, {backend}, 4 clients, {shape.measure}",
                f"{times} times MLflow and half of {ceiling}",
                [
                    Condition(figures.median(backend, shape.measure, "points/s"), "points/s"),
                    _times(figures, backend, shape.measure, "points/s", times),
                    _share(figures, backend, shape.measure, "points/s", 0.5),
                ],
            )
    many, one = single.measure_name(20), single.measure_name(1)
    for backend in (SQLITE, POSTGRESQL):
        yield Aim(
            f"single metric, {backend}",
            "20 clients: at least 3,000 requests/s (20 times MLflow), p99 at most 20 ms; one client p50 at most 1 ms",
            [
                Condition(figures.median(backend, many, "requests/s"), "requests/s", least=3000),
                _times(figures, backend, many, "requests/s", 20),
                Condition(figures.median(backend, many, "p99 ms"), "ms p99", most=20),
                Condition(figures.median(backend, one, "p50 ms"), "ms p50 of one client", most=1),
            ],
        )
        yield Aim(
            f"whole small runs, {backend}",
            "400 a second (15 times MLflow)",
            [
                Condition(figures.median(backend, small_runs.MEASURE, "runs/s"), "runs/s", least=400),
                _times(figures, backend, small_runs.MEASURE, "runs/s", 15),
            ],
        )


def _reads(figures: Figures) -> Iterator[Aim]:
    for backend in (SQLITE, POSTGRESQL):
        middle = figures.median(backend, search.BY_METRIC, "p50 ms", size=100_000)
        large = figures.median(backend, search.BY_METRIC, "p50 ms", size=1_000_000)
        growth = large / middle if large and middle else None
        conditions = [Condition(middle, "ms at 100,000", most=10)]
        if backend == SQLITE:
            conditions.append(Condition(growth, "times that at 1,000,000", most=3))
        yield Aim(
            f"search of 100 ordered by a metric, {backend}",
            "at most 10 ms at 100,000 runs; at 1,000,000 at most 3 times that",
            conditions,
        )
        full = figures.median(backend, search.FULL_ROWS, "p50 ms", size=100_000)
        theirs = figures.median(backend, search.FULL_ROWS, "p50 ms", "MLflow", size=1_000)
        yield Aim(
            f"1,000 full runs at 100,000, read as bytes, {backend}",
            "at most 60 ms (30 times MLflow at 1,000)",
            [
                Condition(full, "ms", most=60),
                Condition(ratio("ms", theirs, full), "times MLflow at 1,000", least=30),
            ],
        )
        yield Aim(
            f"history of 1M points, {backend}",
            "thinned to 2,000 at most 50 ms; whole at least 2M points/s as columns, 300,000 points/s through MLflow's"
            " JSON pages (12 times MLflow)",
            [
                Condition(figures.median(backend, history.THINNED, "p50 ms"), "ms thinned", most=50),
                Condition(figures.median(backend, history.COLUMNS, "points/s"), "points/s as columns", least=2e6),
                Condition(figures.median(backend, history.PAGES, "points/s"), "points/s in pages", least=3e5),
                _times(figures, backend, history.PAGES, "points/s", 12),
            ],
        )


def _resources(figures: Figures) -> Iterator[Aim]:
    for backend in (SQLITE, POSTGRESQL):
        noisy = [figures.median(backend, kind.measure, "bytes/point") for kind in (disk.NOISY, disk.NOISY_BESIDE)]
        yield Aim(
            f"disk, {backend}",
            "at most 14 bytes a point for long noisy series, 6 KB a small run",
            [
                *(Condition(value, "bytes/point", most=14) for value in noisy),
                Condition(figures.median(backend, disk.SMALL_RUN, "bytes/run"), "bytes/run", most=6000),
            ],
        )
    loaded = [figures.median(SQLITE, measure, "MB") for measure in (batches.MEMORY, memory.MOST)]
    yield Aim(
        "memory",
        "idle at most 80 MB, under full load at most 200 MB, flat over 1M requests",
        [
            Condition(figures.median(SQLITE, start.IDLE_MEMORY, "MB"), "MB idle", most=80),
            *(Condition(value, "MB loaded", most=200) for value in loaded),
            Condition(figures.median(SQLITE, memory.GROWTH, "%"), "% of what it was after the second tenth", most=105),
        ],
    )
    yield Aim(
        "artifact streams, checksum included",
        "at least 50 % of a plain loopback copy",
        [_share(figures, SQLITE, measure, "MiB/s", 0.5) for measure in (artifacts.UP, artifacts.DOWN)],
    )


def _times(figures: Figures, backend: str, measure: str, unit: str, least: float) -> Condition:
    theirs, ours = figures.median(backend, measure, unit, "MLflow"), figures.median(backend, measure, unit)
    return Condition(ratio(unit, theirs, ours), "times MLflow", least=least)


def _share(figures: Figures, backend: str, measure: str, unit: str, least: float) -> Condition:
    raw, ours = figures.median(backend, measure, unit, "raw"), figures.median(backend, measure, unit)
    return Condition(100 * ours / raw if ours and raw else None, "% of the bare one", least=100 * least)
