"""Few points for a chart of many: what stands out stays."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from trialog.store.double_keys import GREATEST_NUMBER, LEAST_NUMBER, is_finite


def thin(values: Sequence[int], most: int) -> Sequence[int]:
    """Return the places of values that a chart needs, in order: all of them where they are few.

    Else the first and the last, and of each stretch of as many values the least and the greatest number, and the first
    NaN, infinity and negative infinity.

    Args:
        values: Values in the order of the chart, as `double_keys` keeps them.
        most: Places wanted at most; with less than 7 the least and the greatest may be more.
    """
    count = len(values)
    if count <= most:
        return range(count)
    values = list(values)  # which is read much faster than an array
    odd = _odd_kinds(values)
    stretches = max(1, (most - 2) // (2 + len(odd)))
    bounds = [count * stretch // stretches for stretch in range(stretches + 1)]
    chosen = {0, count - 1}
    for start, end in pairwise(bounds):
        chosen.update(start + place for place in _standing_out(values[start:end]))
    return sorted(chosen)


def _standing_out(values: Sequence[int]) -> Iterable[int]:
    least, greatest = min(values), max(values)
    if is_finite(least) and is_finite(greatest):
        return (values.index(least), values.index(greatest))
    # No call for each of so many.
    numbers = [value for value in values if LEAST_NUMBER < value < GREATEST_NUMBER]
    odd = {_odd_kind(value): value for value in reversed(_odd(values))}
    extremes = (min(numbers), max(numbers)) if numbers else ()
    return [values.index(value) for value in (*odd.values(), *extremes)]


def _odd_kinds(values: Sequence[int]) -> set[int]:
    if is_finite(min(values)) and is_finite(max(values)):
        return set()
    return set(map(_odd_kind, _odd(values)))


def _odd(values: Sequence[int]) -> list[int]:
    """Return the values that are no finite numbers."""
    return [value for value in values if not LEAST_NUMBER < value < GREATEST_NUMBER]


def _odd_kind(value: int) -> int:
    """Tell NaN, infinity and negative infinity apart."""
    return value if value in (LEAST_NUMBER, GREATEST_NUMBER) else 0
