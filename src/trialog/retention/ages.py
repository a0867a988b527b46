"""How long something must have been in the bin, as people and settings say it."""

import re
from typing import Final

from trialog.entities.clock import now_milliseconds
from trialog.errors import InvalidParameter

_AGE: Final = re.compile(
    r"(?:(?P<days>[0-9.]+)d)?(?:(?P<hours>[0-9.]+)h)?(?:(?P<minutes>[0-9.]+)m)?(?:(?P<seconds>[0-9.]+)s)?", re.ASCII
)
_SECONDS: Final = {"days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}
_MOST_SECONDS: Final = 10**11


def parse_age(text: str) -> int:
    """Return the seconds of an age such as `30d` or `1d12h`, as MLflow writes them.

    Raises:
        InvalidParameter: The text is no age (`bin.no_age`).
    """
    found = _AGE.fullmatch(text.strip())
    parts = {name: part for name, part in found.groupdict().items() if part} if found is not None else {}
    try:
        seconds = sum(float(part) * _SECONDS[name] for name, part in parts.items())
    except ValueError:
        seconds = -1.0
    if not parts or not 0 <= seconds <= _MOST_SECONDS:
        raise InvalidParameter(
            "bin.no_age",
            f"{text[:100]!r} is no age. Write it as days, hours, minutes and seconds: 30d, 8h or 1d12h30m.",
        )
    return int(seconds)


def deleted_before(older_than_seconds: int | None) -> int | None:
    """Return the moment, in milliseconds since 1970 UTC, that an age reaches back to from now; None for any age."""
    return None if older_than_seconds is None else now_milliseconds() - older_than_seconds * 1000
