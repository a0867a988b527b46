"""Doubles as integers in the same order."""

import math
import struct
from array import array

from hypothesis import example, given
from hypothesis import strategies as st

from trialog.store.double_keys import column_from_keys, from_key, from_keys, is_number, to_key, to_keys

doubles = st.integers(0, 2**64 - 1).map(lambda bits: struct.unpack("<d", struct.pack("<Q", bits))[0])


def bits_of(value: float) -> bytes:
    return struct.pack("<d", value)


@given(doubles)
@example(-0.0)
@example(math.nan)
@example(-math.nan)
@example(5e-324)
def test_every_double_comes_back_bit_for_bit(value: float) -> None:
    assert bits_of(from_key(to_key(value))) == bits_of(value)


@given(doubles, doubles)
@example(-0.0, 0.0)
@example(-math.inf, -1e308)
def test_keys_sort_as_numbers_do(first: float, second: float) -> None:
    if first < second:
        assert to_key(first) < to_key(second)


@given(st.lists(doubles))
def test_many_at_once_are_as_one_by_one(values: list[float]) -> None:
    keys = to_keys(values)

    assert keys == [to_key(value) for value in values]
    assert [bits_of(value) for value in from_keys(keys)] == [bits_of(value) for value in values]


@given(doubles)
def test_only_nan_is_no_number(value: float) -> None:
    assert is_number(to_key(value)) == (not math.isnan(value))


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=2100))
def test_a_column_is_turned_into_the_same_bits_as_its_numbers_one_by_one(keys: list[int]) -> None:
    values = column_from_keys(array("q", keys))
    assert [struct.pack("<d", value) for value in values] == [struct.pack("<d", from_key(key)) for key in keys]
