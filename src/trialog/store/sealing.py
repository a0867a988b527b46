"""Moves points from rows into chunks, and finds those that were moved.

A chunk is written in the transaction that deletes its rows, and those rows are exactly the ones that were read: the
transaction is undone if their number differs. Points that arrive below what is sealed stay rows until enough of them
lie in the same place; then they are merged into the chunk around them.
"""

import logging
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, bindparam, delete, select, tuple_

from trialog.entities import INT64_MAX
from trialog.errors import DamagedData, TemporarilyUnavailable
from trialog.store.chunk_codec import Point, Triple
from trialog.store.chunks import (
    BEFORE_ALL,
    ChunkHead,
    chunk_after,
    chunk_before,
    count_sealed,
    delete_chunk,
    insert_chunks,
    open_chunk,
)
from trialog.store.database import equipment
from trialog.store.prepared import Prepared
from trialog.store.tables import LEAST_HOT_POINTS, points

SEALING = "sealing"
"""Under this name the equipment of a writing connection has its `Sealing`."""

_log = logging.getLogger(__name__)

_COLUMNS = (points.c.timestamp, points.c.step, points.c.value)
_START = ["timestamp", "step", "value"]
_END = [f"end_{name}" for name in _START]
_AFTER_ALL = Point(INT64_MAX, INT64_MAX, INT64_MAX)

_point = tuple_(*_COLUMNS)
_start, _end = (tuple_(*(bindparam(name, type_=BigInteger) for name in names)) for names in (_START, _END))
_between = (points.c.series == bindparam("series")) & (_point >= _start) & (_point <= _end)
_select_rows = Prepared(
    select(*_COLUMNS).where(_between).order_by(*_COLUMNS).limit(bindparam("most")), ["series", *_START, *_END, "most"]
)
_delete_rows = Prepared(delete(points).where(_between), ["series", *_START, *_END])


class SealingRule(NamedTuple):
    """When points are moved from rows into chunks.

    Args:
        size: Points that a chunk is to have.
        hot: Rows of a series with which its oldest are sealed; the newest stay rows, for what comes out of turn.
        late: Rows between the beginnings of two chunks with which they are merged into the first.
        idle: Rows of a series with which all of them are sealed once nothing was added for a while.
        idle_seconds: How long that is.
        straight: Points of one series in one request that become a chunk at once, if they are later than all others.
    """

    size: int = 1024
    hot: int = 1280
    late: int = 128
    idle: int = LEAST_HOT_POINTS
    idle_seconds: float = 600.0
    straight: int = 256


DEFAULT_RULE = SealingRule()


class Sealing(NamedTuple):
    """How the points that a connection writes are sealed.

    Args:
        rule: When.
        note: Called with the number of a series and how many of its points are rows now.
    """

    rule: SealingRule
    note: Callable[[int, int], None]


def sealing_of(connection: Connection) -> Sealing:
    """Return how the points that a connection writes are sealed."""
    found: Sealing = equipment(connection)[SEALING]
    return found


def seal_straight(connection: Connection, number: int, added: Collection[Triple], rule: SealingRule) -> None:
    """Write points as chunks that were never rows.

    Args:
        connection: Inside a writing transaction.
        number: Number of the series.
        added: Points, all later than what is sealed, and none of them stored.
        rule: How large chunks are to be.
    """
    ordered = sorted(added)
    head = chunk_before(connection, number, ordered[0])
    if head is not None and not _has_room(head, len(ordered), rule):
        head = None
    _put(connection, number, head, _points_to_join(connection, number, head, ordered[0]), ordered, rule)


def has_rows(connection: Connection, number: int, start: Triple, end: Triple) -> bool:
    """Tell whether a series has rows from one position to another.

    Args:
        connection: Inside a transaction.
        number: Number of the series.
        start: From here on, inclusive.
        end: Up to here, inclusive.
    """
    return bool(_rows(connection, number, start, end, 1))


def last_sealed(connection: Connection, number: int) -> Triple:
    """Return the last point that a chunk of a series has; `BEFORE_ALL` if it has no chunk.

    Args:
        connection: Inside a transaction.
        number: Number of the series.
    """
    head = chunk_before(connection, number, _AFTER_ALL)
    return BEFORE_ALL if head is None else head.last


def sealed_among(connection: Connection, number: int, given: Iterable[Triple]) -> set[Triple]:
    """Return those of some points that a chunk has.

    Args:
        connection: Inside a transaction.
        number: Number of the series.
        given: Any points.

    Raises:
        DamagedData: A chunk in which one could be is not what was written.
    """
    found: set[Triple] = set()
    ordered = sorted(given)
    index = 0
    while index < len(ordered):
        point = ordered[index]
        head = chunk_before(connection, number, point)
        if head is not None and point <= head.last:
            end = bisect_right(ordered, head.last, index)
            found |= set(ordered[index:end]).intersection(zip(*open_chunk(connection, number, head), strict=True))
            index = end
            continue
        following = chunk_after(connection, number, point)
        if following is None:
            break
        index = bisect_left(ordered, following.first, index)
    return found


def seal_next(connection: Connection, number: int, start: Point, rule: SealingRule, *, whole: bool) -> Point | None:
    """Seal rows of a series that lie in one place, about as many as a chunk has.

    Args:
        connection: Inside a writing transaction.
        number: Number of the series.
        start: Where to begin; `BEFORE_ALL` at first.
        rule: When to seal how many.
        whole: Whether the newest rows are sealed too.

    Returns:
        Where to go on; None if no row is left behind what was looked at.
    """
    found = _rows(connection, number, start, _AFTER_ALL, 1)
    if not found:
        return None
    oldest = Point(*found[0])
    head, following = chunk_before(connection, number, oldest), chunk_after(connection, number, oldest)
    if head is not None and oldest <= head.last:
        try:
            return _seal_stretch(connection, number, head, oldest, head.last, rule.late, rule)
        except DamagedData as damage:
            # What belongs into it stays rows until it is mended; what comes behind it need not wait.
            _log.error("%s", damage)
            return head.last.behind()
    if following is not None:
        # No row stands where a chunk begins: it would be in that chunk.
        room = head if head is not None and _has_room(head, rule.late, rule) else None
        return _seal_stretch(connection, number, room, oldest, following.first, rule.late, rule)
    if head is not None and not _has_room(head, rule.idle if whole else rule.size, rule):
        head = None
    return _seal_stretch(connection, number, head, oldest, _AFTER_ALL, rule.idle if whole else rule.hot, rule)


def _seal_stretch(
    connection: Connection,
    number: int,
    head: ChunkHead | None,
    start: Point,
    end: Point,
    needed: int,
    rule: SealingRule,
) -> Point | None:
    """Seal rows from one position to another, if there are as many as needed, together with a chunk's points.

    Returns:
        As `seal_next`.

    Raises:
        DamagedData: The rows lie in the chunk, and it is not what was written; nothing was changed.
    """
    rows = _rows(connection, number, start, end, max(needed, rule.size))
    if len(rows) < needed:
        return None if end == _AFTER_ALL else end
    del rows[rule.size :]
    # Opened before a row is deleted: a damaged chunk must not take healthy points with it.
    sealed = _points_to_join(connection, number, head, rows[0])
    deleted = _delete_rows.many(connection, [(number, *rows[0], *rows[-1])])
    if deleted != len(rows):
        # Not so while one writes at a time; where several do, the transaction is undone and tried again.
        raise TemporarilyUnavailable(
            "store.sealing_disturbed", f"Points of series {number} were added while it was sealed; nothing was changed."
        )
    _put(connection, number, head, sealed, rows, rule)
    return Point(*rows[-1])


def _points_to_join(connection: Connection, number: int, head: ChunkHead | None, first: Triple) -> list[Triple] | None:
    """Return the points of the chunk that others are put into; None for a chunk of their own.

    Raises:
        DamagedData: The chunk is not what was written, and the first of the others lies in it.
    """
    if head is None:
        return None
    try:
        return list(zip(*open_chunk(connection, number, head), strict=True))
    except DamagedData:
        if first <= head.last:
            raise
        return None


def _put(
    connection: Connection,
    number: int,
    head: ChunkHead | None,
    sealed: list[Triple] | None,
    added: list[Triple],
    rule: SealingRule,
) -> None:
    """Write points as chunks, in place of a chunk together with its points if these are given."""
    together = added
    if head is not None and sealed is not None:
        delete_chunk(connection, head)
        together = sorted([*sealed, *added])
    insert_chunks(connection, number, together, rule.size)
    count_sealed(connection, number, len(added), added[-1][0])


def _has_room(head: ChunkHead, added: int, rule: SealingRule) -> bool:
    """Tell whether points are better put into a chunk than into one of their own."""
    return head.points + added <= rule.size + rule.size // 4 or head.points < rule.size // 4


def _rows(connection: Connection, number: int, start: Triple, end: Triple, most: int) -> list[Triple]:
    return list(map(tuple, _select_rows.rows(connection, (number, *start, *end, most))))
