"""Curves for charts: a series thinned to what a chart has room for, opening as few chunks as it takes.

Of a long series, nearly all chunks are shown by what their row says of them: the first, the last, the least and the
greatest point. Chunks at the ends of a range are opened, and so are those whose row does not say enough. Of a short
series all chunks are opened, and what is shown does not depend on what was sealed.
"""

import struct
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, bindparam, select

from trialog.entities import INT64_MAX, INT64_MIN
from trialog.entities.curve import CurveAxis
from trialog.store.chunk_codec import Columns, Triple
from trialog.store.chunks import ChunkEdges, chunk_edges, open_chunk
from trialog.store.prepared import Prepared
from trialog.store.series_points import StoredSeries
from trialog.store.tables import points
from trialog.store.thinning import thin

OPENED_POINTS = 65_536
"""A series of which a range has no more points than this in chunks is read whole."""

# Rows that are taken together, as the points of a chunk are.
_BLOCK = 1024
# Points that stand for a chunk or a block of rows, beside what is no number in it.
_EDGES = 4

_COLUMNS = (points.c.timestamp, points.c.step, points.c.value)
_select_rows = Prepared(
    select(*_COLUMNS)
    .where(
        points.c.series == bindparam("series"),
        points.c.timestamp.between(bindparam("start", type_=BigInteger), bindparam("end", type_=BigInteger)),
    )
    .order_by(*_COLUMNS),
    ["series", "start", "end"],
)


class CurvePoints(NamedTuple):
    """Points of a curve, in columns of eight bytes a number.

    Args:
        timestamps: Milliseconds since 1970 UTC.
        steps: Steps.
        values: Values as `double_keys` keeps them.
    """

    timestamps: "array[int]"
    steps: "array[int]"
    values: "array[int]"


class CurveRange(NamedTuple):
    """The part of a series that is looked at, and what it is ordered by.

    Args:
        axis: What the curve runs along.
        start: The first position on it.
        end: The last position on it.
    """

    axis: CurveAxis
    start: int = INT64_MIN
    end: int = INT64_MAX

    @property
    def timestamps(self) -> tuple[int, int]:
        """Between which timestamps its points lie."""
        return (self.start, self.end) if self.axis is CurveAxis.TIMESTAMP else (INT64_MIN, INT64_MAX)

    def place(self, point: Triple) -> int:
        """Return where a point lies on the axis."""
        return point[0] if self.axis is CurveAxis.TIMESTAMP else point[1]

    def order(self, point: Triple) -> Triple:
        """Return what points are ordered by."""
        return point if self.axis is CurveAxis.TIMESTAMP else (point[1], point[0], point[2])

    def holds(self, edges: ChunkEdges) -> bool:
        """Tell whether all points of a chunk lie inside, and its row says what a curve has to show of it."""
        head = edges.head
        return edges.least is not None and self.start <= self.place(head.first) and self.place(head.last) <= self.end

    def misses(self, edges: ChunkEdges) -> bool:
        """Tell whether no point of a chunk lies inside, as far as its row says."""
        if edges.least is None and self.axis is CurveAxis.STEP:
            return False
        return self.place(edges.head.last) < self.start or self.end < self.place(edges.head.first)


def read_curve(
    connection: Connection, found: StoredSeries, part: CurveRange, most: int, *, opened: int = OPENED_POINTS
) -> tuple[int, CurvePoints]:
    """Return how many points a part of a series has, and those of them that a chart shows, in order.

    Args:
        connection: Where to read; all in one snapshot.
        found: The series.
        part: What of it.
        most: Points wanted at most.
        opened: So many points in chunks are looked at, each of them.

    Raises:
        DamagedData: A chunk that is needed is not what was written.
    """
    rows = [tuple(row) for row in _select_rows.rows(connection, (found.number, *part.timestamps))]
    known = chunk_edges(connection, found.number, *part.timestamps) if found.sealed_count else []
    chunks = [edges for edges in known if not part.misses(edges)]
    closed = [edges for edges in chunks if part.holds(edges)]
    # So few edges would leave half of what was asked for empty.
    if sum(edges.head.points for edges in closed) <= opened or 2 * _EDGES * len(closed) < most:
        whole = _whole(connection, found.number, chunks, rows, part)
        return len(whole.values), _picked(whole, thin(whole.values, most))
    total = 0
    shown: list[Triple] = []
    for edges in chunks:
        if edges.least is not None and edges.greatest is not None and part.holds(edges):
            total += edges.head.points
            shown += {edges.head.first, edges.least, edges.greatest, edges.head.last}
        else:
            count, some = _standing_out(zip(*open_chunk(connection, found.number, edges.head), strict=True), part)
            total += count
            shown += some
    ordered = sorted(rows, key=part.order)
    for start in range(0, len(ordered), _BLOCK):
        count, some = _standing_out(ordered[start : start + _BLOCK], part)
        total += count
        shown += some
    candidates = Columns(*zip(*sorted(shown, key=part.order), strict=True))
    return total, _picked(candidates, thin(candidates.values, most))


def _standing_out(some: Iterable[Triple], part: CurveRange) -> tuple[int, list[Triple]]:
    """Return how many of some points lie in a part, and the few that stand for those."""
    inside = sorted((point for point in some if part.start <= part.place(point) <= part.end), key=part.order)
    return len(inside), [inside[place] for place in thin([value for _, _, value in inside], _EDGES)]


def _whole(
    connection: Connection, series: int, chunks: Iterable[ChunkEdges], rows: Sequence[Triple], part: CurveRange
) -> CurvePoints:
    """Return all points of some chunks and of rows that lie in a part, in its order."""
    columns = CurvePoints(array("q"), array("q"), array("q"))
    done = 0
    for edges in chunks:
        first = bisect_left(rows, edges.head.first, lo=done)
        last = bisect_right(rows, edges.head.last, lo=first)
        _append_rows(columns, rows[done:first])
        sealed = open_chunk(connection, series, edges.head)
        if first < last:
            _append_rows(columns, sorted([*zip(*sealed, strict=True), *rows[first:last]]))
        else:
            for column, more in zip(columns, sealed, strict=True):
                column.frombytes(_packed(more))
        done = last
    _append_rows(columns, rows[done:])
    return _inside(columns if part.axis is CurveAxis.TIMESTAMP else _along_steps(columns), part)


def _append_rows(columns: CurvePoints, rows: Sequence[Triple]) -> None:
    if rows:
        for column, more in zip(columns, zip(*rows, strict=True), strict=True):
            column.frombytes(_packed(more))


def _packed(integers: Sequence[int]) -> bytes:
    return integers.tobytes() if isinstance(integers, array) else struct.pack(f"={len(integers)}q", *integers)


def _along_steps(columns: CurvePoints) -> CurvePoints:
    steps = columns.steps.tolist()
    if steps == sorted(steps):
        return columns  # as nearly always: in time and in steps is one order
    # Sorting keeps what is equal in the order of history, which is that of timestamps and values.
    order = sorted(range(len(steps)), key=steps.__getitem__)
    return CurvePoints(*(array("q", [column[place] for place in order]) for column in columns))


def _inside(columns: CurvePoints, part: CurveRange) -> CurvePoints:
    places = columns.timestamps if part.axis is CurveAxis.TIMESTAMP else columns.steps
    start, end = bisect_left(places, part.start), bisect_right(places, part.end)
    return columns if end - start == len(places) else CurvePoints(*(column[start:end] for column in columns))


def _picked(columns: Columns | CurvePoints, places: Sequence[int]) -> CurvePoints:
    if isinstance(columns, CurvePoints) and len(places) == len(columns.values):
        return columns
    return CurvePoints(*(array("q", [column[place] for place in places]) for column in columns))
