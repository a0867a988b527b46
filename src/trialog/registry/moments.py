"""Moments as people write them."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

from trialog.errors import InvalidParameter

# Fewer digits are seconds, or a date without dashes.
_MILLISECONDS: Final = re.compile(r"0|[0-9]{12,18}|[0-8][0-9]{18}")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATE_AND_TIME: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,6})?)?(?P<offset>Z|[+\- ]\d{2}:?\d{2})?",
    re.ASCII | re.IGNORECASE,
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def parse_moment(text: str) -> int:
    """Return the moment that a text names, in milliseconds since 1970 UTC.

    Args:
        text: An ISO date, which means its end in UTC; an ISO date and time, in UTC unless it names its offset; or
            milliseconds since 1970 UTC, of 12 digits or more.

    Raises:
        InvalidParameter: It is none of these.
    """
    if _MILLISECONDS.fullmatch(text):
        return int(text)
    try:
        if _DATE.fullmatch(text):
            end = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC) + timedelta(days=1)
            return (end - _EPOCH) // _MILLISECOND - 1
        if (match := _DATE_AND_TIME.fullmatch(text)) is not None:
            # A plus sign that was not encoded arrives from an address as a space.
            offset = match["offset"] or "Z"
            begun = text[: match.start("offset")] if match["offset"] else text
            moment = datetime.fromisoformat(begun.upper() + offset.upper().replace(" ", "+"))
            return (moment - _EPOCH) // _MILLISECOND
    except (ValueError, OverflowError) as error:
        raise _not_a_moment(text) from error
    raise _not_a_moment(text)


def _not_a_moment(text: str) -> InvalidParameter:
    return InvalidParameter(
        "value.not_a_moment",
        f"{text[:100]!r} names no moment. Write a date such as 2025-10-12, a date and time such as "
        "2025-10-12T16:22:29+03:00, or milliseconds since 1970 UTC.",
        value=text[:100],
    )
