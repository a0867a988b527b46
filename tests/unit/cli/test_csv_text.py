"""CSV that runs nothing."""

import csv
import io
import math

import pytest

from trialog.cli.csv_text import csv_line, csv_time


@pytest.mark.parametrize("text", ["=1+1", "+1", "-x", "@SUM(A1)", "\tx", "\r=1", '=HYPERLINK("a","b")'])
def test_what_could_be_a_formula_is_written_as_a_text(text: str) -> None:
    assert next(csv.reader(io.StringIO(csv_line([text]), newline=""))) == [f"'{text}"]
    assert next(csv.reader(io.StringIO(csv_line([text], as_they_are=True), newline=""))) == [text]


@pytest.mark.parametrize("text", ["-1", "-1.5e-3", "-0", "", "a=b", "имя", 'a"b,c\r\nd', "'x"])
def test_all_else_stays_as_it_is(text: str) -> None:
    assert next(csv.reader(io.StringIO(csv_line([text, "end"]), newline=""))) == [text, "end"]


def test_numbers_have_all_their_digits() -> None:
    cells = [0.1 + 0.2, -1.0, 7, math.nan, math.inf, -math.inf, None, ["a", "b"]]
    assert csv_line(cells) == "0.30000000000000004,-1.0,7,NaN,Infinity,-Infinity,,a; b\r\n"


def test_times_are_in_utc_to_the_millisecond() -> None:
    assert csv_time(1_700_000_000_123) == "2023-11-14T22:13:20.123Z"
    assert csv_time(-1) == "1969-12-31T23:59:59.999Z"
    assert csv_time(2**62) == str(2**62)
