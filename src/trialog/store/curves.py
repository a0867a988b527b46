"""Curves for charts: a series thinned to what a chart has room for, opening as few chunks as it takes.

Of a long series, nearly all chunks are shown by what their row says of them: the first, the last, the least and the
greatest point. Chunks at the ends of a range are opened, and so are those whose row does not say enough. Of a short
series all chunks are opened, and what is shown does not depend on what was sealed.
"""

import struct
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, bindparam, select

from trialog.entities import INT64_MAX, INT64_MIN
from trialog.entities.curve import CurveAxis
from trialog.store.chunk_codec import Columns, Triple
from trialog.store.chunks import ChunkEdges, check_complete, chunk_edges, open_chunk
from trialog.store.prepared import Prepared
from trialog.store.series_points import StoredSeries
from trialog.store.tables import points
from trialog.store.thinning import thin

OPENED_POINTS = 65_536
"""A series of which a range has no more points than this in chunks is read whole."""

WHOLE_POINTS = 262_144
"""Of more points than this, and than wanted, those that stand for a chunk are chosen before the next is opened."""

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
    def is_all(self) -> bool:
        """Whether it is the whole series."""
        return (self.start, self.end) == (INT64_MIN, INT64_MAX)

    @property
    def timestamps(self) -> tuple[int, int]:
        """Between which timestamps its points lie."""
        return (self.start, self.end) if self.axis is CurveAxis.TIMESTAMP else (INT64_MIN, INT64_MAX)

    def place(self, point: Triple) -> int:
        """Return where a point lies on the axis."""
        return point[0] if self.axis is CurveAxis.TIMESTAMP else point[1]

    @property
    def order(self) -> Callable[[Triple], Triple]:
        """What gives of a point what points are ordered by."""
        return itemgetter(0, 1, 2) if self.axis is CurveAxis.TIMESTAMP else itemgetter(1, 0, 2)

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
    connection: Connection,
    found: StoredSeries,
    part: CurveRange,
    most: int,
    *,
    opened: int = OPENED_POINTS,
    whole: int = WHOLE_POINTS,
) -> tuple[int, CurvePoints]:
    """Return how many points a part of a series has, and those of them that a chart shows, in order.

    Args:
        connection: Where to read; all in one snapshot.
        found: The series.
        part: What of it.
        most: Points wanted at most.
        opened: So many points in chunks are looked at, each of them.
        whole: So many points are held at once, if not more are wanted.

    Raises:
        DamagedData: A chunk that is needed is not what was written, or one is missing.
    """
    rows = [tuple(row) for row in _select_rows.rows(connection, (found.number, *part.timestamps))]
    known = chunk_edges(connection, found.number, *part.timestamps) if found.sealed_count else []
    chunks = [edges for edges in known if not part.misses(edges)]
    closed = [edges for edges in chunks if part.holds(edges)]
    # So few edges would leave half of what was asked for empty.
    are_opened = sum(edges.head.points for edges in closed) <= opened or 2 * _EDGES * len(closed) < most
    if are_opened and sum(edges.head.points for edges in chunks) + len(rows) <= max(most, whole):
        columns = _whole(connection, found.number, chunks, rows, part)
        total = len(columns.values)
    else:
        standing = _Standing(part, most // max(1, len(chunks)), max(most, whole))
        for edges in chunks:
            if not are_opened and edges.least is not None and edges.greatest is not None and part.holds(edges):
                standing.add_known(edges.head.points, {edges.head.first, edges.least, edges.greatest, edges.head.last})
            else:
                standing.add(open_chunk(connection, found.number, edges.head))
        for start in range(0, len(rows), _BLOCK):
            standing.add(Columns(*zip(*rows[start : start + _BLOCK], strict=True)))
        columns, total = standing.in_order(), standing.total
    if part.is_all:
        check_complete(connection, found.number, found.sealed_count, sum(edges.head.points for edges in known))
    return total, _picked(columns, thin(columns.values, most))


class _Standing:
    """The few points that stand for many, added some hundreds at a time; all of them as long as they are not many.

    Args:
        part: What of the series is looked at.
        kept: How many stand for those that are added at once.
        bound: So many points are kept before they are thinned.
    """

    def __init__(self, part: CurveRange, kept: int, bound: int) -> None:
        self.total = 0
        self._part = part
        self._kept = max(_EDGES, kept)
        self._bound = bound
        self._all: list[CurvePoints] = []
        self._few = _no_points()
        self._known: list[Triple] = []

    def add_known(self, count: int, few: Iterable[Triple]) -> None:
        """Add the points that are known to stand for others.

        Args:
            count: For how many.
            few: Which.
        """
        if self._all:
            self._thin()
        self._bound = 0
        self.total += count
        self._known += few

    def add(self, columns: Columns) -> None:
        """Add points in the order of history, of which those outside of the part are left out."""
        inside = _in_part(CurvePoints(*(array("q", _packed(column)) for column in columns)), self._part)
        if inside.values:
            self.total += len(inside.values)
            self._all.append(inside)
        if self.total > self._bound:
            self._thin()

    def in_order(self) -> CurvePoints:
        """Return what is kept, in the order of the curve."""
        for columns in self._all:
            _extend(self._few, columns)
        self._all.clear()
        places = self._few.timestamps if self._part.axis is CurveAxis.TIMESTAMP else self._few.steps
        if not self._known and all(before < after for before, after in pairwise(places)):
            return self._few
        points = sorted([*self._known, *zip(*self._few, strict=True)], key=self._part.order)
        return CurvePoints(*(array("q", column) for column in zip(*points, strict=True)))

    def _thin(self) -> None:
        self._bound = 0
        for columns in self._all:
            places = thin(columns.values, self._kept)
            _extend(self._few, CurvePoints(*(array("q", [column[place] for place in places]) for column in columns)))
        self._all.clear()


def _extend(columns: CurvePoints, more: CurvePoints) -> None:
    for column, others in zip(columns, more, strict=True):
        column.extend(others)


def _whole(
    connection: Connection, series: int, chunks: Iterable[ChunkEdges], rows: Sequence[Triple], part: CurveRange
) -> CurvePoints:
    """Return all points of some chunks and of rows that lie in a part, in its order."""
    columns = _no_points()
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
    return _in_part(columns, part)


def _no_points() -> CurvePoints:
    return CurvePoints(array("q"), array("q"), array("q"))


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


def _in_part(columns: CurvePoints, part: CurveRange) -> CurvePoints:
    """Return those of some points in the order of history that lie in a part, in its order."""
    if part.axis is CurveAxis.STEP:
        columns = _along_steps(columns)
    places = columns.timestamps if part.axis is CurveAxis.TIMESTAMP else columns.steps
    start, end = bisect_left(places, part.start), bisect_right(places, part.end)
    return columns if end - start == len(places) else CurvePoints(*(column[start:end] for column in columns))


def _picked(columns: CurvePoints, places: Sequence[int]) -> CurvePoints:
    if len(places) == len(columns.values):
        return columns
    return CurvePoints(*(array("q", [column[place] for place in places]) for column in columns))
