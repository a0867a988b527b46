"""What a store promises about runs, as plain dictionaries: the model that random interleavings are held against."""

import math
from dataclasses import dataclass, field

from tests.contract.samples import bits
from trialog.entities import RUN_NAME_TAG, Metric, Param, Tag
from trialog.errors import InvalidParameter

Point = tuple[int, int, float, bytes]


def sort_key(point: Point) -> tuple[int, int, bool, float]:
    """Order of history: timestamp, step, value; NaN after numbers."""
    timestamp, step, value, _ = point
    return (timestamp, step, math.isnan(value), 0.0 if math.isnan(value) else value)


@dataclass
class ModelRun:
    """One run."""

    start_time: int
    tags: dict[str, str]
    active: bool = True
    params: dict[str, str] = field(default_factory=dict)
    points: dict[str, set[Point]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.tags[RUN_NAME_TAG]

    def log_batch(self, metrics: list[Metric], params: list[Param], tags: list[Tag]) -> None:
        """Log all or nothing.

        Raises:
            InvalidParameter: A param would change, or the run is deleted.
        """
        self._check_active()
        given = {param.key: param.value for param in params}
        if len(given) < len(params) or any(self.params.get(key, value) != value for key, value in given.items()):
            raise InvalidParameter("model.changed", "A param would change.")
        self.params |= given
        self.tags |= {tag.key: tag.value for tag in tags}
        for metric in metrics:
            point = (metric.timestamp, metric.step, metric.value, bits(metric.value))
            known = self.points.setdefault(metric.key, set())
            # NaN is not equal to itself, its bits are.
            if all((*each[:2], each[3]) != (*point[:2], point[3]) for each in known):
                known.add(point)

    def delete_tag(self, key: str) -> None:
        """Remove a tag that is there.

        Raises:
            InvalidParameter: The run is deleted.
        """
        self._check_active()
        del self.tags[key]

    def _check_active(self) -> None:
        if not self.active:
            raise InvalidParameter("model.deleted", "The run is deleted.")

    def history(self, key: str) -> list[Point]:
        """Points of a metric in order."""
        return sorted(self.points.get(key, set()), key=sort_key)

    def latest(self, key: str) -> Point:
        """Point of the largest (step, timestamp, value)."""
        return max(self.points[key], key=lambda point: (point[1], point[0], sort_key(point)[2:]))


@dataclass
class ModelStore:
    """Runs of one experiment, by id."""

    runs: dict[str, ModelRun] = field(default_factory=dict)

    def delete_all(self) -> None:
        """What deleting the experiment does to its runs."""
        for run in self.runs.values():
            run.active = False

    def restore_all(self) -> None:
        """What restoring the experiment does to its runs."""
        for run in self.runs.values():
            run.active = True

    def found(self, *, active: bool, key: str | None = None, above: float = 0.0) -> list[str]:
        """Ids in the order of a search, of those whose latest value of a metric is above a number."""
        return [
            run_id
            for run_id, run in sorted(self.runs.items(), key=lambda item: (-item[1].start_time, item[0]))
            if run.active is active and (key is None or (key in run.points and run.latest(key)[2] > above))
        ]
