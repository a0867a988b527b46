"""How ages are written."""

import time

import pytest

from trialog.errors import InvalidParameter
from trialog.retention import deleted_before, parse_age


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30d", 30 * 86_400), ("8h", 28_800), ("2d8h5m20s", 2 * 86_400 + 8 * 3600 + 320), ("1.5d", 129_600), ("0s", 0)],
)
def test_ages_are_written_as_mlflow_writes_them(text: str, seconds: int) -> None:
    assert parse_age(text) == seconds


@pytest.mark.parametrize("text", ["", "30", "d", "1x", "5h2d", "-1d", "1..2d", "99999999999d", "1d "[:0], "٣d"])
def test_what_is_no_age_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter, match="is no age"):
        parse_age(text)


def test_an_age_reaches_back_from_now() -> None:
    assert deleted_before(None) is None
    reached = deleted_before(3600)
    assert reached is not None
    assert abs(time.time() - 3600 - reached / 1000) < 60
