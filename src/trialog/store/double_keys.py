"""Doubles as 64-bit integers in the same order.

A database cannot be trusted with every double: SQLite turns NaN into NULL and -0.0 into 0.0. The bit pattern of a
double, with the magnitude bits of negative ones flipped, is an integer that sorts as the double does and gives it back
bit for bit. One column is then identity, sort key and exact value (docs/decisions/0003). Order: NaN with sign, -inf,
..., -0.0, 0.0, ..., inf, NaN.
"""

import math
import struct
import sys
from array import array
from collections.abc import Iterable, Sequence
from typing import TypeVar

Number = TypeVar("Number", int, float)

_MAGNITUDE = 0x7FFF_FFFF_FFFF_FFFF
_BYTES = 8
# So many numbers are turned at once: more of them make integers that no longer fit into a processor's cache.
_AT_ONCE = 1024
_SIGNS = int.from_bytes(bytes([0] * (_BYTES - 1) + [0x80]) * _AT_ONCE, "little")

_pack_double = struct.Struct("<d").pack
_unpack_integer = struct.Struct("<q").unpack
_pack_integer = struct.Struct("<q").pack
_unpack_double = struct.Struct("<d").unpack


def to_key(value: float) -> int:
    """Return the integer that stands for a double.

    Args:
        value: Any double.
    """
    key: int = _unpack_integer(_pack_double(value))[0]
    return key if key >= 0 else key ^ _MAGNITUDE


def from_key(key: int) -> float:
    """Return the double that an integer stands for, bit for bit.

    Args:
        key: What `to_key` gave.
    """
    value: float = _unpack_double(_pack_integer(key if key >= 0 else key ^ _MAGNITUDE))[0]
    return value


def to_keys(values: Sequence[float]) -> list[int]:
    """Return the integers that stand for doubles, as `to_key`, faster for many."""
    count = len(values)
    keys = struct.unpack(f"<{count}q", struct.pack(f"<{count}d", *values))
    return [key if key >= 0 else key ^ _MAGNITUDE for key in keys]


def from_keys(keys: Iterable[int]) -> tuple[float, ...]:
    """Return the doubles that integers stand for, as `from_key`, faster for many."""
    bits = [key if key >= 0 else key ^ _MAGNITUDE for key in keys]
    return struct.unpack(f"<{len(bits)}d", struct.pack(f"<{len(bits)}q", *bits))


def column_from_keys(keys: "array[int]") -> "array[float]":
    """Return the doubles that a column of integers stands for, as `from_key`, without an object for each.

    Args:
        keys: Integers of 64 bits.
    """
    packed = keys.tobytes() if sys.byteorder == "little" else _swapped(keys).tobytes()
    size = _BYTES * _AT_ONCE
    values = array("d", b"".join(_turned(packed[start : start + size]) for start in range(0, len(packed), size)))
    return values if sys.byteorder == "little" else _swapped(values)


def _turned(packed: bytes) -> bytes:
    """Return numbers with the magnitude bits of the negative ones flipped, all as one long integer."""
    numbers = int.from_bytes(packed, "little")
    signs = numbers & _SIGNS
    # A sign bit less its own lowest place is all bits below it; where there is no sign, nothing is.
    return (numbers ^ (signs - (signs >> 63))).to_bytes(len(packed), "little")


def _swapped(column: "array[Number]") -> "array[Number]":
    swapped = column[:]
    swapped.byteswap()
    return swapped


LEAST_NUMBER = to_key(-math.inf)
GREATEST_NUMBER = to_key(math.inf)


def is_number(key: int) -> bool:
    """Tell whether an integer stands for anything but NaN."""
    return LEAST_NUMBER <= key <= GREATEST_NUMBER


def is_finite(key: int) -> bool:
    """Tell whether an integer stands for a number that is neither NaN nor infinite."""
    return LEAST_NUMBER < key < GREATEST_NUMBER
