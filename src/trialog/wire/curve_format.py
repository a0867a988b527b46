"""Curves as bytes: a header in JSON, then columns of eight bytes a number that a reader can use as they lie there.

| bytes | what |
|---|---|
| 8 | `TRIALOG1` |
| 8 | length of the header: an unsigned integer, little-endian |
| that many | the header: JSON in UTF-8, with spaces behind it up to a multiple of eight bytes |
| the rest | the columns, one behind the other, little-endian |

The header says what each column holds and how many bytes behind the header it begins, and of each curve where in the
columns its points are.
"""

import sys
from array import array
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from trialog.entities.curve import CurveAxis, Curves, DamagedCurve

CURVES_TYPE: Final = "application/vnd.trialog.curves"
"""Content type of this format."""

_MAGIC: Final = b"TRIALOG1"
_NUMBER_BYTES: Final = 8


class ColumnPlace(Struct, frozen=True):
    """Where a column lies.

    Args:
        type: `int64` or `float64`.
        offset: Bytes between the header's end and the column.
    """

    type: str
    offset: int


class CurvePlace(Struct, frozen=True):
    """Where a curve lies in the columns.

    Args:
        run_id: The run.
        key: Name of the metric.
        total: How many points the metric has in the range that was asked for.
        is_thinned: Whether some of them are left out.
        start: Place of its first point in every column.
        count: How many points are shown.
    """

    run_id: str
    key: str
    total: int
    is_thinned: bool
    start: int
    count: int


class CurvesHeader(Struct, frozen=True):
    """What the columns are.

    Args:
        axis: What points are ordered by.
        points: How many points there are in each column.
        columns: The columns by name.
        curves: The curves.
        unknown_run_ids: Runs that are not there.
        damaged_curves: Curves that are left out, because points of them are damaged.
    """

    axis: CurveAxis
    points: int
    columns: dict[str, ColumnPlace]
    curves: list[CurvePlace]
    unknown_run_ids: list[str]
    damaged_curves: list[DamagedCurve]


def encode_curves(axis: CurveAxis, found: Curves) -> bytes:
    """Return curves as bytes.

    Args:
        axis: What their points are ordered by.
        found: The curves.
    """
    places = []
    start = 0
    for curve in found.curves:
        count = len(curve.values)
        places.append(CurvePlace(curve.run_id, curve.key, curve.total, curve.is_thinned, start, count))
        start += count
    columns = {
        name: ColumnPlace(kind, place * _NUMBER_BYTES * start)
        for place, (name, kind) in enumerate((("steps", "int64"), ("timestamps", "int64"), ("values", "float64")))
    }
    described = CurvesHeader(axis, start, columns, places, found.unknown_run_ids, found.damaged_curves)
    header = msgspec.json.encode(described)
    header += b" " * (-len(header) % _NUMBER_BYTES)
    return b"".join(
        [
            _MAGIC,
            len(header).to_bytes(_NUMBER_BYTES, "little"),
            header,
            *_packed("q", (curve.steps for curve in found.curves)),
            *_packed("q", (curve.timestamps for curve in found.curves)),
            *_packed("d", (curve.values for curve in found.curves)),
        ]
    )


def _packed(kind: str, columns: Iterable[Sequence[float]]) -> Iterable[bytes]:
    for column in columns:
        numbers = array(kind, column)
        if sys.byteorder == "big":
            numbers.byteswap()
        yield numbers.tobytes()
