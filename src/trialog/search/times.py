"""Times as people write them: ISO dates, and distances from now."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
# Only what is plainly a date: Python also reads weeks and dates without hyphens, which look like numbers.
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[Tt ].*)?", re.ASCII)
_UNITS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_NOW = re.compile(r"now\s*\(\s*\)", re.ASCII | re.IGNORECASE)
_DISTANCE = re.compile(r"\s*([+-])\s*([0-9]{1,9})\s*([smhdw])(?!\w)", re.ASCII | re.IGNORECASE)


class Relative(NamedTuple):
    """A distance from now, as written.

    Args:
        milliseconds: How far behind now; negative is before.
        end: Index of the first character behind it.
    """

    milliseconds: int
    end: int


def looks_like_a_date(text: str) -> bool:
    """Tell whether a text is meant as an ISO date or date-time.

    Args:
        text: A quoted value.

    Returns:
        Whether it begins like one.
    """
    return _ISO.fullmatch(text.strip()) is not None


def read_date(text: str) -> int:
    """Read an ISO date or date-time; without a zone it is UTC, a date alone is its midnight.

    Args:
        text: What `looks_like_a_date`.

    Returns:
        Milliseconds since 1970.

    Raises:
        ValueError: There is no such day, time or zone.
    """
    moment = datetime.fromisoformat(text.strip().upper())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _MILLISECOND


def read_relative(text: str, position: int) -> Relative | None:
    """Read `now()` and the distances behind it.

    Args:
        text: A filter.
        position: Index of the character at which `now` should stand.

    Returns:
        The distance, or None if there is no `now()` there.
    """
    now = _NOW.match(text, position)
    if now is None:
        return None
    milliseconds, end = 0, now.end()
    while distance := _DISTANCE.match(text, end):
        sign, count, unit = distance.groups()
        milliseconds += int(f"{sign}{count}") * _UNITS[unit.lower()]
        end = distance.end()
    return Relative(milliseconds, end)
