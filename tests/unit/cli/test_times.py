"""Moments that people copy from a table, or type."""

import os
import time
from collections.abc import Iterator

import pytest

from trialog.cli.output import table_time
from trialog.cli.times import beginning_of, exact_moment
from trialog.errors import InvalidParameter

pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows has one zone for all processes")


@pytest.fixture(autouse=True)
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC-9")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("2026-11-21T21:44:32.5", "2026-11-21T12:44:32.500Z"),
        ("2026-11-21 21:44", "2026-11-21T12:44:00.000Z"),
        ("2026-11-21", "2026-11-21T14:59:59.999Z"),
        ("2026-11-21T21:44:32Z", "2026-11-21T21:44:32.999Z"),
        ("2026-11-21T21:44:32.000+03:00", "2026-11-21T18:44:32.000Z"),
        ("1795265072700", "2026-11-21T12:44:32.700Z"),
    ],
)
def test_what_names_no_zone_is_local_time(typed: str, sent: str) -> None:
    assert os.environ["TZ"] == "UTC-9"
    assert exact_moment(typed) == sent


def test_a_time_copied_from_a_table_is_not_before_what_happened_then() -> None:
    shown = table_time(1_795_265_072_700)
    assert shown == "2026-11-21T21:44:32"
    assert exact_moment(shown) == "2026-11-21T12:44:32.999Z"


@pytest.mark.parametrize(
    ("typed", "milliseconds"),
    [
        ("2026-11-21", 1_795_186_800_000),
        ("2026-11-21T00:00", 1_795_186_800_000),
        ("2026-11-21T21:44:32", 1_795_265_072_000),
        ("2026-11-21T12:44:32Z", 1_795_265_072_000),
        ("1795265072700", 1_795_265_072_700),
    ],
)
def test_a_span_begins_with_the_first_moment_of_what_was_typed(typed: str, milliseconds: int) -> None:
    assert beginning_of(typed) == milliseconds


@pytest.mark.parametrize("typed", ["yesterday", "2026-13-01", "21.11.2026"])
def test_what_is_no_moment_is_refused(typed: str) -> None:
    for read in (exact_moment, beginning_of):
        with pytest.raises(InvalidParameter, match="names no moment"):
            read(typed)
