"""A curve in one line of text."""

import math
import sys
from collections.abc import Sequence
from typing import Final

_BARS: Final = "▁▂▃▄▅▆▇█"
_PLAIN_BARS: Final = "_.-=+*%#"
_NO_NUMBER: Final = "?"


def sparkline(values: Sequence[float], width: int, encoding: str | None = None) -> str:
    """Return a line whose characters stand for values: the lowest for the least, the highest for the greatest.

    Args:
        values: The values, in order.
        width: How many characters there is room for.
        encoding: What the characters must be written in; that of standard output if None.
    """
    bars = _bars(encoding or sys.stdout.encoding or "ascii")
    shown = _thinned(values, width)
    finite = [value for value in shown if math.isfinite(value)]
    if not finite:
        return _NO_NUMBER * len(shown)
    least, greatest = min(finite), max(finite)
    return "".join(_bar(value, least, greatest, bars) for value in shown)


def _bar(value: float, least: float, greatest: float, bars: str) -> str:
    if not math.isfinite(value):
        return _NO_NUMBER
    # Halved, because the difference of two great numbers may be too great.
    span = greatest / 2 - least / 2
    share = (value / 2 - least / 2) / span if span > 0 else 0.5
    return bars[min(int(share * len(bars)), len(bars) - 1)]


def _thinned(values: Sequence[float], width: int) -> list[float]:
    """Return as many values as there is room for: of each stretch the last."""
    if len(values) <= width:
        return list(values)
    return [values[(place + 1) * len(values) // width - 1] for place in range(width)]


def _bars(encoding: str) -> str:
    try:
        _BARS.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return _PLAIN_BARS
    return _BARS
