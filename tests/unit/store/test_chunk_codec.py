import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialog.store.chunk_codec import CODEC, Columns, DamagedChunk, decode_points, encode_points
from trialog.store.double_keys import to_key, to_keys

INT64 = st.integers(-(2**63), 2**63 - 1)
DECIMALS = st.builds(lambda whole, digits: whole / 10.0**digits, st.integers(-(10**9), 10**9), st.integers(0, 8))
KEYS = st.one_of(INT64, st.floats().map(to_key), DECIMALS.map(to_key))


def encoded(points: list[tuple[int, int, int]]) -> bytes:
    return encode_points(Columns(*zip(*points, strict=True)))


def decoded(data: bytes) -> list[tuple[int, ...]]:
    return list(zip(*decode_points(data, CODEC), strict=True))


@given(st.lists(st.tuples(INT64, INT64, KEYS), min_size=1, max_size=60))
def test_any_points_come_back_bit_for_bit(points: list[tuple[int, int, int]]) -> None:
    assert decoded(encoded(points)) == points
    assert decoded(encoded(sorted(points))) == sorted(points)


@given(st.lists(DECIMALS, min_size=1, max_size=60), st.sampled_from([None, -0.0, math.nan, math.inf, 5e-324, 1e300]))
def test_values_with_few_decimals_come_back_even_where_one_is_something_else(
    values: list[float], odd: float | None
) -> None:
    keys = to_keys(values if odd is None else [*values, odd])
    points = [(step, step, key) for step, key in enumerate(keys)]
    assert decoded(encoded(points)) == points


@pytest.mark.parametrize("bits", [0x7FF8000000000001, 0xFFF8000000000000, 0x7FF0000000000001, 0xFFFFFFFFFFFFFFFF])
def test_each_nan_keeps_its_bits(bits: int) -> None:
    (value,) = struct.unpack("<d", struct.pack("<Q", bits))
    points = [(1, 1, to_key(value)), (2, 2, to_key(0.5))]
    assert decoded(encoded(points)) == points


def test_regular_points_take_almost_no_room() -> None:
    points = [(1_700_000_000_000 + 1000 * step, step, to_key(0.25)) for step in range(1000)]
    assert len(encoded(points)) < 1000


def test_values_with_four_decimals_take_a_third_of_their_bytes() -> None:
    points = [(1000 * step, step, to_key((step * 7919 % 10_000) / 10_000)) for step in range(1000)]
    assert len(encoded(points)) < 4000


@given(st.lists(st.tuples(INT64, INT64, KEYS), min_size=1, max_size=20), st.data())
def test_whatever_is_cut_off_or_added_is_noticed(points: list[tuple[int, int, int]], data: st.DataObject) -> None:
    whole = encoded(points)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(DamagedChunk, match="it "):
        decode_points(whole[:cut], CODEC)
    with pytest.raises(DamagedChunk, match="another length"):
        decode_points(whole + b"\0", CODEC)


@given(st.binary(max_size=80))
def test_other_bytes_are_refused_and_nothing_worse(data: bytes) -> None:
    with pytest.raises(DamagedChunk, match=r"."):
        decode_points(data, CODEC)


def test_a_kind_of_column_that_is_not_known_is_refused() -> None:
    whole = encoded([(1, 2, 3), (4, 5, 6)])
    for place in range(3):
        with pytest.raises(DamagedChunk, match="in an unknown way"):
            decode_points(whole[:place] + b"\xff" + whole[place + 1 :], CODEC)


def test_a_later_codec_is_named() -> None:
    with pytest.raises(DamagedChunk, match=r"unknown way \('planes-zlib-9'\)"):
        decode_points(encoded([(1, 2, 3)]), "planes-zlib-9")
