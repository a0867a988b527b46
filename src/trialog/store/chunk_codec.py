"""Points of a series as bytes and back, bit for bit.

Each of the three columns is made small in its own way (differences of what grows, whole numbers for what has few
decimals), cut into planes - all lowest bytes, then all second ones - and the planes are compressed together. The bytes
of a noisy value stay as they are; everything else almost vanishes. docs/decisions/0016 has the figures.
"""

import struct
import sys
import zlib
from array import array
from collections.abc import Sequence
from itertools import accumulate
from operator import ne, sub
from typing import NamedTuple

from trialog.entities import INT64_MAX, INT64_MIN
from trialog.store.double_keys import from_keys, to_keys

CODEC = "planes-zlib-1"
"""Name of the way in which chunks are written now; it stands in each chunk."""

_LEVEL = 1
_HEADER = struct.Struct("<BBBI")
_INTEGER_BYTES = 8
# How a column is kept.
_PLAIN, _DIFFERENCES = 0, 1
# Above it: values are whole numbers of so many decimals less.
_DECIMALS = 2
_MOST_DECIMALS = 6
# Values that are looked at before all are tried.
_SAMPLE = 8
_LARGEST_WHOLE = 2.0**53
# No chunk has near so many points: what says so is not unpacked into memory.
_MOST_BYTES = 3 * _INTEGER_BYTES * 2**17


Triple = tuple[int, int, int]
"""The same as `Point` where there are so many that names would cost too much."""


class Point(NamedTuple):
    """A point in the order of history.

    Args:
        timestamp: Milliseconds since 1970 UTC.
        step: Step.
        value: The value as `double_keys` keeps it.
    """

    timestamp: int
    step: int
    value: int

    def behind(self) -> "Point | None":
        """Return the position behind this one, before whatever may follow it; None if nothing may."""
        if self.value < INT64_MAX:
            return self._replace(value=self.value + 1)
        if self.step < INT64_MAX:
            return Point(self.timestamp, self.step + 1, INT64_MIN)
        return Point(self.timestamp + 1, INT64_MIN, INT64_MIN) if self.timestamp < INT64_MAX else None


class Columns(NamedTuple):
    """Points, a column each.

    Args:
        timestamps: Milliseconds since 1970 UTC.
        steps: Steps.
        values: Values as `double_keys` keeps them.
    """

    timestamps: Sequence[int]
    steps: Sequence[int]
    values: Sequence[int]


class DamagedChunk(Exception):
    """Bytes are not what `encode_points` made."""


def encode_points(columns: Columns) -> bytes:
    """Return points as bytes.

    Args:
        columns: At least one point, as 64-bit integers; small when they are in the order of history.
    """
    count = len(columns.timestamps)
    timestamps, steps = _differences(columns.timestamps), _differences(columns.steps)
    values = _whole_numbers(columns.values)
    kept = (timestamps, steps, values)
    planes = b"".join(_planes(integers, count) for _, integers in kept)
    return _HEADER.pack(*(kind for kind, _ in kept), count) + zlib.compress(planes, _LEVEL)


def decode_points(data: bytes, codec: str) -> Columns:
    """Return the points that bytes hold.

    Args:
        data: What `encode_points` gave.
        codec: The name under which it was written.

    Raises:
        DamagedChunk: The bytes are not of that kind.
    """
    if codec != CODEC:
        raise DamagedChunk(f"it is written in an unknown way ({codec[:40]!r})")
    try:
        timestamps_kind, steps_kind, values_kind, count = _HEADER.unpack_from(data)
        planes = _decompress(data[_HEADER.size :], 3 * _INTEGER_BYTES * count)
    except (struct.error, zlib.error) as error:
        raise DamagedChunk(f"it cannot be unpacked ({error})") from error
    size = _INTEGER_BYTES * count
    timestamps, steps, values = (_integers(planes[start : start + size], count) for start in (0, size, 2 * size))
    return Columns(_sums(timestamps_kind, timestamps), _sums(steps_kind, steps), _values(values_kind, values))


def _decompress(data: bytes, size: int) -> bytes:
    if size > _MOST_BYTES:
        raise DamagedChunk("it says that it has more points than a chunk can have")
    unpacking = zlib.decompressobj()
    planes = unpacking.decompress(data, size + 1)
    if len(planes) != size or not unpacking.eof or unpacking.unused_data:
        raise DamagedChunk("it has another length than it says")
    return planes


def _differences(integers: Sequence[int]) -> tuple[int, Sequence[int]]:
    found = [integers[0], *map(sub, integers[1:], integers)]
    if max(found) < 2**63 and min(found) >= -(2**63):
        return _DIFFERENCES, found
    return _PLAIN, integers


def _sums(kind: int, integers: "array[int]") -> Sequence[int]:
    if kind == _PLAIN:
        return integers
    if kind != _DIFFERENCES:
        raise DamagedChunk(f"a column is kept in an unknown way ({kind})")
    if len(integers) > 1 and integers[1] and integers[1:] == array("q", [integers[1]]) * (len(integers) - 1):
        # Steps, nearly always.
        first, difference = integers[:2]
        return range(first, first + difference * len(integers), difference)
    return list(accumulate(integers.tolist()))


def _whole_numbers(keys: Sequence[int]) -> tuple[int, Sequence[int]]:
    """Return values with few decimals as whole numbers, and others as they are."""
    sample = from_keys(keys[:: max(1, len(keys) // _SAMPLE)])
    for decimals in range(_MOST_DECIMALS + 1):
        if _shifted(sample, 10.0**decimals) is not None:
            integers = _shifted(from_keys(keys), 10.0**decimals)
            # Compared as keys: -0.0 equals 0.0, and is another value.
            if integers is not None and to_keys([integer / 10.0**decimals for integer in integers]) == list(keys):
                return _DECIMALS + decimals, integers
    return _PLAIN, keys


def _shifted(values: Sequence[float], scale: float) -> list[int] | None:
    """Return values times a power of ten if those are whole numbers that give the values back."""
    if not -_LARGEST_WHOLE < min(values) * scale <= max(values) * scale < _LARGEST_WHOLE:
        return None
    try:
        integers = [round(value * scale) for value in values]
    except (ValueError, OverflowError):  # NaN and infinities
        return None
    return None if any(map(ne, [integer / scale for integer in integers], values)) else integers


def _values(kind: int, integers: "array[int]") -> Sequence[int]:
    if kind == _PLAIN:
        return integers
    if _DECIMALS <= kind <= _DECIMALS + _MOST_DECIMALS:
        scale = 10.0 ** (kind - _DECIMALS)
        return to_keys([integer / scale for integer in integers])
    raise DamagedChunk(f"values are kept in an unknown way ({kind})")


def _planes(integers: Sequence[int], count: int) -> bytes:
    packed = struct.pack(f"<{count}q", *integers)
    return b"".join(packed[plane::_INTEGER_BYTES] for plane in range(_INTEGER_BYTES))


def _integers(planes: bytes, count: int) -> "array[int]":
    packed = bytearray(len(planes))
    for plane in range(_INTEGER_BYTES):
        packed[plane::_INTEGER_BYTES] = planes[plane * count : (plane + 1) * count]
    integers = array("q")
    integers.frombytes(packed)
    if sys.byteorder == "big":
        integers.byteswap()
    return integers
