"""Medians of what was measured, and how figures are written."""

import statistics
from collections.abc import Iterable, Sequence

from benchmarks.samples import Record, Subject


class Figures:
    """What all records together say.

    Args:
        records: Of one code on one machine.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        self._values: dict[tuple[str, str, str, Subject, int | None], list[float]] = {}
        self._measures: dict[tuple[str, str], dict[tuple[str, str], None]] = {}
        for record in records:
            for sample in record.samples:
                key = (record.backend, sample.measure, sample.unit, sample.subject, sample.size)
                self._values.setdefault(key, []).append(sample.value)
                if sample.size is None:
                    known = self._measures.setdefault((record.backend, record.section), {})
                    known[sample.measure, sample.unit] = None

    def median(
        self, backend: str, measure: str, unit: str, subject: Subject = "Trialog", size: int | None = None
    ) -> float | None:
        """Return the median of all rounds; None if it was not measured.

        Args:
            backend: Name of the database.
            measure: What was measured.
            unit: In what.
            subject: Whose.
            size: Of what size.
        """
        values = self._values.get((backend, measure, unit, subject, size))
        return float(statistics.median(values)) if values else None

    def measures(self, backend: str, section: str) -> Sequence[tuple[str, str]]:
        """Return measures and units of a section, without those measured against a size, in their order."""
        return list(self._measures.get((backend, section), {}))

    def sizes(self, backend: str, measure: str, unit: str, subject: Subject = "Trialog") -> Sequence[int]:
        """Return the sizes at which something was measured, from the smallest."""
        return sorted(
            size
            for place, name, found_unit, found, size in self._values
            if size is not None and (place, name, found_unit, found) == (backend, measure, unit, subject)
        )


def ratio(unit: str, theirs: float | None, ours: float | None) -> float | None:
    """Return how many times better ours is.

    Args:
        unit: In what both are given: of rates the larger is better, of all else the smaller.
        theirs: MLflow's figure.
        ours: Trialog's.
    """
    if not theirs or not ours:
        return None
    return ours / theirs if unit.endswith("/s") else theirs / ours


def written(value: float | None) -> str:
    """Write a figure with three digits that mean something; nothing for none."""
    if value is None:
        return ""
    if value >= 100 or value.is_integer():
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
