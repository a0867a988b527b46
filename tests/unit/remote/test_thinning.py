"""Few points for a chart of many."""

import math

import pytest

from trialog.remote.thinning import thin


def test_few_points_stay_as_they_are() -> None:
    assert list(thin([3.0, 1.0, 2.0], 10)) == [0, 1, 2]


@pytest.mark.parametrize("most", [10, 57, 500])
def test_ends_and_extremes_stay(most: int) -> None:
    values = [math.sin(place / 7) for place in range(5000)]
    values[1234], values[4321] = 9.0, -9.0
    places = thin(values, most)
    assert len(places) <= most
    assert list(places) == sorted(set(places))
    assert {0, 4999, 1234, 4321} <= set(places)


def test_what_is_no_number_stays_in_sight() -> None:
    values = [float(place) for place in range(1000)]
    values[500:510] = [math.nan] * 10
    values[700], values[701] = math.inf, -math.inf
    places = thin(values, 50)
    assert len(places) <= 50
    assert {500, 700, 701} <= set(places)


def test_nothing_but_nan_is_thinned_too() -> None:
    assert len(thin([math.nan] * 1000, 20)) <= 20
