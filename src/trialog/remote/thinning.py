"""Few points for a chart of many: what stands out stays."""

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite, isnan


def thin(values: Sequence[float], most: int) -> Sequence[int]:
    """Return the places of values that a chart needs, in order: all of them where they are few.

    Else the first and the last, and of each stretch of as many values the least and the greatest number, and the first
    NaN, infinity and negative infinity.

    Args:
        values: Values in the order of the chart.
        most: Places wanted at most; 10 or more.
    """
    count = len(values)
    if count <= most:
        return range(count)
    kinds = {_kind(value) for value in values}
    stretches = max(1, (most - 2) // (1 + len(kinds)))
    bounds = [count * stretch // stretches for stretch in range(stretches + 1)]
    chosen = {0, count - 1}
    for start, end in pairwise(bounds):
        numbers = [place for place in range(start, end) if isfinite(values[place])]
        if numbers:
            chosen.add(min(numbers, key=values.__getitem__))
            chosen.add(max(numbers, key=values.__getitem__))
        first_odd: dict[str, int] = {}
        for place in range(start, end):
            if not isfinite(values[place]):
                first_odd.setdefault(_kind(values[place]), place)
        chosen.update(first_odd.values())
    return sorted(chosen)


def _kind(value: float) -> str:
    if isfinite(value):
        return "number"
    return "nan" if isnan(value) else str(value)
