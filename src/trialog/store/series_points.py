"""Points of a series as they are read: rows and chunks in one order, each point once.

Whatever is called here reads several statements; the caller's transaction makes them one snapshot.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, bindparam, select, tuple_

from trialog.store.chunk_codec import Columns, Point, Triple
from trialog.store.chunks import BEFORE_ALL, check_complete, check_head, chunks_from, count_in_chunks, open_chunk
from trialog.store.prepared import Prepared
from trialog.store.tables import NO_MODEL, points, series

_COLUMNS = (points.c.timestamp, points.c.step, points.c.value)
_POSITION = ["timestamp", "step", "value"]
_END = [f"end_{name}" for name in _POSITION]
# Rows that are read at once where all are read.
_ROWS_AT_ONCE = 8192

_point = tuple_(*_COLUMNS)
_start = tuple_(*(bindparam(name, type_=BigInteger) for name in _POSITION))
_end = tuple_(*(bindparam(name, type_=BigInteger) for name in _END))
_from_start = select(*_COLUMNS).where(points.c.series == bindparam("series"), _point >= _start).order_by(*_COLUMNS)

_select_series = Prepared(
    select(series.c.id, series.c.sealed_count).where(
        series.c.run == bindparam("run"), series.c.key == bindparam("key"), series.c.model == NO_MODEL
    ),
    ["run", "key"],
)
_select_hot = Prepared(_from_start.limit(bindparam("most")), ["series", *_POSITION, "most"])
_select_hot_until = Prepared(_from_start.where(_point <= _end), ["series", *_POSITION, *_END])


class StoredSeries(NamedTuple):
    """A series to read from.

    Args:
        number: Its number.
        sealed_count: How many of its points are in chunks.
    """

    number: int
    sealed_count: int


def find_series(connection: Connection, run: int, key: str) -> StoredSeries | None:
    """Return a run's own series of a metric.

    Args:
        connection: Where to read.
        run: Number of the run.
        key: Name of the metric.
    """
    return next((StoredSeries(*row) for row in _select_series.rows(connection, (run, key))), None)


class PointsPage(NamedTuple):
    """Some points of a series.

    Args:
        points: The points, in the order of history.
        has_more: Whether others follow.
    """

    points: Sequence[Triple]
    has_more: bool


def read_points(connection: Connection, found: StoredSeries, after: Point | None, most: int) -> PointsPage:
    """Return points in the order of history, opening only the chunks they are in.

    Args:
        connection: Where to read.
        found: The series.
        after: They begin behind this position; None is the beginning.
        most: Points wanted.

    Raises:
        DamagedData: A chunk that is needed is not what was written, or the series ends here and one is missing.
    """
    start = BEFORE_ALL if after is None else after.behind()
    if start is None:
        return PointsPage([], has_more=False)
    hot = [tuple(row) for row in _select_hot.rows(connection, (found.number, *start, most + 1))]
    sealed: list[Triple] = []
    for head in chunks_from(connection, found.number, start) if found.sealed_count else ():
        if len(sealed) < most:
            check_head(connection, found.number, head)
        if len(sealed) >= most or len(sealed) + bisect_left(hot, head.first) >= most:
            return PointsPage(_first(sealed, hot, most), has_more=True)
        opened = list(zip(*open_chunk(connection, found.number, head), strict=True))
        sealed += opened[bisect_left(opened, start) :] if head.first < start else opened
    has_more = len(sealed) + len(hot) > most
    if not has_more:
        _check_complete(connection, found)
    return PointsPage(_first(sealed, hot, most), has_more)


def _first(sealed: list[Triple], hot: list[Triple], most: int) -> Sequence[Triple]:
    """Return the first of points from two places, each in order."""
    if hot and sealed and hot[0] < sealed[-1]:
        return sorted(sealed + hot)[:most]
    return (sealed + hot)[:most]


def column_parts(connection: Connection, found: StoredSeries) -> Iterator[Columns]:
    """Yield all points of a series in the order of history, some thousand at a time, in columns.

    Args:
        connection: Where to read.
        found: The series.

    Raises:
        DamagedData: A chunk is missing, or not what was written.
    """
    done: Point | None = None
    heads = chunks_from(connection, found.number, BEFORE_ALL) if found.sealed_count else ()
    for head in heads:
        check_head(connection, found.number, head)
        # Nothing stands at the end of the chunk before: what is there is in that chunk.
        hot = _hot_until(connection, found.number, done or BEFORE_ALL, head.last)
        inside = bisect_left(hot, head.first)
        if inside:
            yield _to_columns(hot[:inside])
        sealed = open_chunk(connection, found.number, head)
        if inside < len(hot):
            sealed = _to_columns(sorted([*zip(*sealed, strict=True), *hot[inside:]]))
        yield sealed
        done = head.last
    _check_complete(connection, found)
    start = BEFORE_ALL if done is None else done.behind()
    while start is not None and (rows := _select_hot.rows(connection, (found.number, *start, _ROWS_AT_ONCE))):
        yield _to_columns(rows)
        if len(rows) < _ROWS_AT_ONCE:
            return
        start = Point(*rows[-1]).behind()


def read_columns(connection: Connection, found: StoredSeries) -> Columns:
    """Return all points of a series in the order of history, in columns of eight bytes a number.

    Args:
        connection: Where to read.
        found: The series.

    Raises:
        DamagedData: A chunk is missing, or not what was written.
    """
    timestamps, steps, values = array("q"), array("q"), array("q")
    for part in column_parts(connection, found):
        timestamps.extend(part.timestamps)
        steps.extend(part.steps)
        values.extend(part.values)
    return Columns(timestamps, steps, values)


def _check_complete(connection: Connection, found: StoredSeries) -> None:
    if found.sealed_count:
        check_complete(connection, found.number, found.sealed_count, count_in_chunks(connection, found.number))


def _hot_until(connection: Connection, number: int, start: Point, end: Point) -> list[Triple]:
    """Return the rows from one position to another."""
    return [tuple(row) for row in _select_hot_until.rows(connection, (number, *start, *end))]


def _to_columns(rows: Sequence[Sequence[int]]) -> Columns:
    return Columns(*zip(*rows, strict=True))
