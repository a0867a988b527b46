"""Some points for many: spread evenly in the order of steps."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import islice
from operator import gt

from trialog.store.chunk_codec import Columns, Point


def sample(columns: Columns, start_step: int | None, end_step: int | None, most: int) -> list[Point]:
    """Return points spread evenly in the order of steps, the last one always, the first one if two are wanted.

    Args:
        columns: Points in the order of history.
        start_step: First step of the interval; None with `end_step` None means the whole.
        end_step: Last step of the interval.
        most: Points wanted, at least one.
    """
    order, start, end = _by_step(columns)
    if start_step is not None and end_step is not None:
        start = bisect_left(order, start_step, key=columns.steps.__getitem__)
        end = bisect_right(order, end_step, key=columns.steps.__getitem__)
    total = end - start
    if total <= most:
        chosen: Sequence[int] = range(start, end)
    else:
        chosen = sorted({start + index * total // most for index in range(most - 1)} | {end - 1})
    return [Point(*(column[order[place]] for column in columns)) for place in chosen]


def _by_step(columns: Columns) -> tuple[Sequence[int], int, int]:
    """Return places in the order of steps, and where they begin and end."""
    steps, count = columns.steps, len(columns.steps)
    if not any(map(gt, steps, islice(steps, 1, None))):
        return range(count), 0, count  # as nearly always: in time and in steps is one order
    # Sorting keeps what is equal in the order of history, which is that of timestamps and values.
    return sorted(range(count), key=steps.__getitem__), 0, count
