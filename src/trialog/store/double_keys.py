"""Doubles as 64-bit integers in the same order.

A database cannot be trusted with every double: SQLite turns NaN into NULL and -0.0 into 0.0. The bit pattern of a
double, with the magnitude bits of negative ones flipped, is an integer that sorts as the double does and gives it back
bit for bit. One column is then identity, sort key and exact value (docs/decisions/0003). Order: NaN with sign, -inf,
..., -0.0, 0.0, ..., inf, NaN.
"""

import math
import struct
from collections.abc import Iterable, Sequence

_MAGNITUDE = 0x7FFF_FFFF_FFFF_FFFF

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


LEAST_NUMBER = to_key(-math.inf)
GREATEST_NUMBER = to_key(math.inf)


def is_number(key: int) -> bool:
    """Tell whether an integer stands for anything but NaN."""
    return LEAST_NUMBER <= key <= GREATEST_NUMBER
