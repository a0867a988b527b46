"""Moments as people type them: in local time, as tables show them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from trialog.errors import InvalidParameter
from trialog.registry.moments import parse_moment

_WITHOUT_ZONE: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,6})?)?)?", re.ASCII | re.IGNORECASE
)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TO_THE_SECOND: Final = re.compile(r".{10}[T ]\d{2}:\d{2}:\d{2}(Z|[+\- ]\d{2}:?\d{2})?", re.ASCII | re.IGNORECASE)
_EPOCH: Final = datetime(1970, 1, 1)
_UTC_EPOCH: Final = _EPOCH.replace(tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_SHOWN_MILLISECONDS: Final = 999


def exact_moment(text: str) -> str:
    """Return a moment as a server understands it wherever it is.

    What names no zone is local time. A date means its end, and a time to the second the end of that second, so that a
    time copied from a table is not before what happened then.

    Args:
        text: A date, a date and time, or milliseconds since 1970 UTC.

    Returns:
        Date and time in UTC.

    Raises:
        InvalidParameter: It is none of these, or so far away that it has no local time (`value.not_a_moment`).
    """
    milliseconds = parse_moment(text)
    if _TO_THE_SECOND.fullmatch(text):
        milliseconds += _SHOWN_MILLISECONDS
    moment = _in_utc(milliseconds, text)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def beginning_of(text: str) -> int:
    """Return the moment at which something begins, in milliseconds since 1970 UTC: a date means midnight.

    Args:
        text: As for `exact_moment`.

    Raises:
        InvalidParameter: As there.
    """
    milliseconds = parse_moment(f"{text}T00:00" if _DATE.fullmatch(text) else text)
    return (_in_utc(milliseconds, text) - _UTC_EPOCH) // _MILLISECOND


def _in_utc(milliseconds: int, text: str) -> datetime:
    try:
        naive = _EPOCH + timedelta(milliseconds=milliseconds)
        moment = naive.astimezone() if _WITHOUT_ZONE.fullmatch(text) else naive.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise InvalidParameter(
            "value.not_a_moment", f"{text[:100]!r} is too far away to have a local time.", value=text[:100]
        ) from error
