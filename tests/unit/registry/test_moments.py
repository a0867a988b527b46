"""Moments as people write them."""

from datetime import UTC, datetime

import pytest

from trialog.errors import InvalidParameter
from trialog.registry.moments import parse_moment


def milliseconds(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc, arg-type]  # year to second


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("0", 0),
        ("1760286149123", 1_760_286_149_123),
        ("2025-10-12", milliseconds(2025, 10, 13) - 1),
        ("2024-02-29", milliseconds(2024, 3, 1) - 1),
        ("2025-10-12T16:22:29", milliseconds(2025, 10, 12, 16, 22, 29)),
        ("2025-10-12 16:22", milliseconds(2025, 10, 12, 16, 22)),
        ("2025-10-12T16:22:29Z", milliseconds(2025, 10, 12, 16, 22, 29)),
        ("2025-10-12t16:22:29.5z", milliseconds(2025, 10, 12, 16, 22, 29) + 500),
        ("2025-10-12T16:22:29+03:00", milliseconds(2025, 10, 12, 13, 22, 29)),
        ("2025-10-12T16:22:29 03:00", milliseconds(2025, 10, 12, 13, 22, 29)),
        ("2025-10-12T16:22:29-0330", milliseconds(2025, 10, 12, 19, 52, 29)),
    ],
)
def test_a_moment_is_read(text: str, moment: int) -> None:
    assert parse_moment(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "20251012",
        "1760286149",
        "-1",
        "2025-13-01",
        "2025-02-30",
        "2025-10-12T25:00",
        "9999-12-31",
        "2025-10-12T16:22:29+99:00",
        "2025-10",
        "٢٠٢٥-١٠-١٢",
        "1" * 5000,
    ],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter, match="names no moment"):
        parse_moment(text)
