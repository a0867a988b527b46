"""Tables as CSV that programs for tables open without running anything in it."""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

Value = str | int | float | list[str] | None

MARK: Final = "\ufeff"
"""What stands in front of a file by which Excel knows that it is UTF-8."""
# Programs for tables take what begins so for a formula and would run it.
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
_QUOTED: Final = re.compile(r'[",\r\n]')


def csv_line(cells: Sequence[Value], *, as_they_are: bool = False) -> str:
    """Return one line of CSV (RFC 4180).

    Args:
        cells: Its cells.
        as_they_are: Whether texts that could be taken for a formula stay as they are; an apostrophe is put in front of
            them else.
    """
    return ",".join(_field(cell, as_they_are=as_they_are) for cell in cells) + "\r\n"


def csv_time(milliseconds: int) -> str:
    """Return a time of the server as ISO 8601 in UTC."""
    seconds, rest = divmod(milliseconds, 1000)
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        # Clients may say any number; years beyond 9999 have no date here.
        return str(milliseconds)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest:03}Z"


def csv_number(value: float) -> str:
    """Return a number with all its digits."""
    if math.isfinite(value):
        return repr(value)
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _field(cell: Value, *, as_they_are: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return csv_number(cell)
    if isinstance(cell, int):
        return str(cell)
    text = "; ".join(cell) if isinstance(cell, list) else cell
    if not as_they_are and _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        text = f"'{text}"
    if _QUOTED.search(text):
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text
