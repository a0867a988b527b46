"""Metrics over steps or time, with as many points as a chart has room for."""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct


class CurveAxis(StrEnum):
    """What a curve runs along."""

    STEP = "step"
    TIMESTAMP = "timestamp"


class CurveSearch(Struct, frozen=True):
    """Which curves to read.

    Args:
        run_ids: Runs, active or deleted.
        keys: Names of metrics; there is a curve of each for each run.
        axis: What curves run along.
        start: Only points from here on the axis; None for all from the beginning.
        end: Only points up to here on the axis; None for all up to the end.
        max_points: A curve of more points is thinned to at most so many; None is 2,000, less for many curves.
    """

    run_ids: tuple[str, ...]
    keys: tuple[str, ...]
    axis: CurveAxis = CurveAxis.STEP
    start: int | None = None
    end: int | None = None
    max_points: int | None = None


class Curve(Struct, frozen=True):
    """One metric of one run, a column for each of what its points consist of.

    Args:
        run_id: The run.
        key: Name of the metric.
        total: How many points the metric has in the range that was asked for.
        steps: Step of each point that is shown.
        timestamps: Milliseconds since 1970 UTC of each.
        values: Value of each.
    """

    run_id: str
    key: str
    total: int
    steps: Sequence[int]
    timestamps: Sequence[int]
    values: Sequence[float]

    @property
    def is_thinned(self) -> bool:
        """Whether points are left out."""
        return len(self.values) < self.total


class DamagedCurve(Struct, frozen=True):
    """A curve that cannot be shown, because points of it are not what was written.

    Args:
        run_id: The run.
        key: Name of the metric.
        message: What is damaged.
    """

    run_id: str
    key: str
    message: str


class Curves(Struct, frozen=True):
    """What was found.

    Args:
        curves: Run by run in the order asked for, and of each run key by key. One without points was never logged.
        unknown_run_ids: Runs that are not there.
        damaged_curves: Curves that are not among the others, because points of them are damaged.
    """

    curves: list[Curve]
    unknown_run_ids: list[str]
    damaged_curves: list[DamagedCurve] = []
