import math

from hypothesis import given
from hypothesis import strategies as st

from trialog.store.double_keys import from_key, to_key
from trialog.store.thinning import thin

VALUES = st.lists(st.sampled_from([1.0, -0.0, math.nan, -math.nan, math.inf, -math.inf]) | st.floats(), max_size=200)


def test_each_stretch_keeps_its_highest_and_lowest_value() -> None:
    values = [to_key(float(value)) for value in (5, 1, 9, 2, 2, 2, 7, 0, 7, 3, 3, 3)]
    assert list(thin(values, 8)) == [0, 1, 2, 6, 7, 8, 9, 11]


def test_few_values_are_all_kept() -> None:
    assert list(thin([3, 1, 2], 10)) == [0, 1, 2]


@given(VALUES, st.integers(10, 50))
def test_there_are_never_more_than_were_asked_for_nor_much_fewer(values: list[float], most: int) -> None:
    places = list(thin([to_key(value) for value in values], most))
    assert places == sorted(set(places))
    assert len(places) <= most
    if len(values) <= most:
        assert len(places) == len(values)


@given(VALUES, st.integers(10, 50))
def test_every_kind_of_value_that_is_no_number_is_shown(values: list[float], most: int) -> None:
    keys = [to_key(value) for value in values]
    shown = [from_key(keys[place]) for place in thin(keys, most)]
    assert any(map(math.isnan, shown)) == any(map(math.isnan, values))
    assert (math.inf in shown, -math.inf in shown) == (math.inf in values, -math.inf in values)
