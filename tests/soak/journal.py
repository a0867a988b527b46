"""What a writer was told is stored, in little memory: a soak logs millions of points."""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Triple = tuple[int, int, int]
SeriesName = tuple[str, str]
"""A run's id and a metric's key."""


@dataclass
class Points:
    """Points of one series; each may stand there more than once.

    Attributes:
        timestamps: Their timestamps.
        steps: Their steps.
        values: Their values as `double_keys` keeps them.
    """

    timestamps: "array[int]" = field(default_factory=lambda: array("q"))
    steps: "array[int]" = field(default_factory=lambda: array("q"))
    values: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, points: Iterable[Triple]) -> None:
        """Add points."""
        for timestamp, step, value in points:
            self.timestamps.append(timestamp)
            self.steps.append(step)
            # Last: a reader in another thread takes as many points as there are values.
            self.values.append(value)

    def first(self, count: int) -> set[Triple]:
        """Return the distinct ones among the first so many."""
        return set(zip(self.timestamps[:count], self.steps[:count], self.values[:count], strict=True))

    def distinct(self) -> set[Triple]:
        """Return them, each once."""
        return self.first(len(self.values))


@dataclass
class Journal:
    """What one writer was told.

    Attributes:
        points: Acknowledged points by series.
        uncertain: Points that may be stored or not: their request was given up.
        params: Acknowledged params by run.
        tags: Tags by run, as acknowledged last.
        statuses: Status of each run that was made.
    """

    points: dict[SeriesName, Points] = field(default_factory=dict)
    uncertain: dict[SeriesName, Points] = field(default_factory=dict)
    params: dict[str, dict[str, str]] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)

    def note_texts(self, run_id: str, params: Mapping[str, str], tags: Mapping[str, str]) -> None:
        """Note that params and tags of a run were acknowledged."""
        self.params.setdefault(run_id, {}).update(params)
        self.tags.setdefault(run_id, {}).update(tags)


def together(of_writers: Iterable[Mapping[SeriesName, Points]]) -> dict[SeriesName, list[Points]]:
    """Return by series what all writers have of it."""
    found: dict[SeriesName, list[Points]] = {}
    for theirs in of_writers:
        for name, points in theirs.items():
            found.setdefault(name, []).append(points)
    return found
