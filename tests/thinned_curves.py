"""What a thinned curve must show of the points it stands for."""

import math
import struct
from collections.abc import Callable, Sequence

from trialog.entities.curve import CurveAxis

Point = tuple[int, int, float]
Seen = tuple[int, int, bytes]


def in_order(points: Sequence[Point], axis: CurveAxis) -> list[Seen]:
    """Return distinct points (timestamp, step, value) as a curve has them: along its axis, with the bits of values."""
    distinct = {(timestamp, step, struct.pack(">d", value)) for timestamp, step, value in points}
    return sorted(distinct, key=lambda point: _order(point, axis))


def within(points: Sequence[Seen], axis: CurveAxis, start: int, end: int) -> list[Seen]:
    """Return the points that lie between two positions on an axis."""
    place: Callable[[Seen], int] = (lambda point: point[1]) if axis is CurveAxis.STEP else (lambda point: point[0])
    return [point for point in points if start <= place(point) <= end]


def check_thinned(shown: Sequence[Seen], total: int, most: int, points: Sequence[Seen], axis: CurveAxis) -> None:
    """Hold a curve against all points of its range, in order.

    Args:
        shown: Timestamp, step and bits of the value of each point of the curve.
        total: How many points it says there are.
        most: How many were asked for.
        points: What was logged, as `in_order` gives it.
        axis: What the curve runs along.
    """
    assert total == len(points)
    assert len(shown) <= most
    if len(points) <= most:
        assert list(shown) == list(points)
        return
    assert list(shown) == sorted(shown, key=lambda point: _order(point, axis))
    assert set(shown) <= set(points)
    assert len(set(shown)) == len(shown)
    assert (shown[0], shown[-1]) == (points[0], points[-1])
    values, all_values = [_value(point) for point in shown], [_value(point) for point in points]
    numbers = [value for value in all_values if math.isfinite(value)]
    if numbers:
        assert min(filter(math.isfinite, values)) == min(numbers)
        assert max(filter(math.isfinite, values)) == max(numbers)
    for is_odd in (math.isnan, math.inf.__eq__, (-math.inf).__eq__):
        assert any(map(is_odd, values)) == any(map(is_odd, all_values))


def _order(point: Seen, axis: CurveAxis) -> tuple[int, int, int]:
    timestamp, step, value = point
    (bits,) = struct.unpack(">q", value)
    # As doubles are ordered, with NaN at both ends.
    key = bits if bits >= 0 else bits ^ 0x7FFF_FFFF_FFFF_FFFF
    return (step, timestamp, key) if axis is CurveAxis.STEP else (timestamp, step, key)


def _value(point: Seen) -> float:
    (value,) = struct.unpack(">d", point[2])
    return float(value)
