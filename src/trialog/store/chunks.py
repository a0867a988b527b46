"""Chunks: sealed points of a series, about a thousand a row, checked whenever they are read.

Chunks of a series never overlap in the order of history: one look at their index finds the one in which a point can be.
"""

import struct
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import pairwise
from operator import gt
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Connection,
    LargeBinary,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from trialog.entities import INT64_MIN
from trialog.errors import DamagedData
from trialog.store.chunk_codec import CODEC, Columns, DamagedChunk, Point, Triple, decode_points, encode_points
from trialog.store.double_keys import is_finite, is_number
from trialog.store.prepared import Prepared
from trialog.store.tables import chunks, runs, series

BEFORE_ALL = Point(INT64_MIN, INT64_MIN, INT64_MIN)
"""A position that stands behind no point."""

# The first half is of the points and their place, the second of what the row says of them.
_CHECKSUM_BYTES = 8
_PLACE = struct.Struct("<8q")
_ROW = struct.Struct("<14q")
_FIRST = (chunks.c.first_timestamp, chunks.c.first_step, chunks.c.first_value)
_LAST = (chunks.c.last_timestamp, chunks.c.last_step, chunks.c.last_value)
_INSERTED = [column.name for column in chunks.columns if column.name != "id"]
_POSITION = ["timestamp", "step", "value"]
# Chunks whose whereabouts are read at once.
_HEADS_AT_ONCE = 64

_first_of_chunk = tuple_(*_FIRST)
_position = tuple_(*(bindparam(name, type_=BigInteger) for name in _POSITION))
_LEAST = (chunks.c.min_timestamp, chunks.c.min_step, chunks.c.min_value)
_GREATEST = (chunks.c.max_timestamp, chunks.c.max_step, chunks.c.max_value)
_heads_of_series = select(chunks.c.id, chunks.c.count, *_FIRST, *_LAST).where(chunks.c.series == bindparam("series"))

_insert_chunk = Prepared(insert(chunks).values({name: bindparam(name) for name in _INSERTED}), _INSERTED)
_delete_chunk = Prepared(delete(chunks).where(chunks.c.id == bindparam("number")), ["number"])
_select_before = Prepared(
    _heads_of_series.where(_first_of_chunk <= _position).order_by(*(part.desc() for part in _FIRST)).limit(1),
    ["series", *_POSITION],
)
_select_after = Prepared(
    _heads_of_series.where(_first_of_chunk > _position).order_by(*_FIRST).limit(bindparam("most")),
    ["series", *_POSITION, "most"],
)
_select_edges = Prepared(
    select(chunks.c.id, chunks.c.count, *_FIRST, *_LAST, *_LEAST, *_GREATEST, cast(chunks.c.checksum, LargeBinary))
    .where(
        chunks.c.series == bindparam("series"),
        chunks.c.first_timestamp <= bindparam("end"),
        chunks.c.last_timestamp >= bindparam("start"),
    )
    .order_by(*_FIRST),
    ["series", "start", "end"],
)
_select_data = Prepared(
    # As bytes, whatever a flipped bit says that they are.
    select(*(cast(column, LargeBinary) for column in (chunks.c.codec, chunks.c.checksum, chunks.c.data))).where(
        chunks.c.id == bindparam("number")
    ),
    ["number"],
)
_count_in_chunks = Prepared(
    select(func.coalesce(func.sum(chunks.c.count), 0)).where(chunks.c.series == bindparam("series")), ["series"]
)
_newest = bindparam("newest", type_=BigInteger)
_is_newer = or_(series.c.sealed_timestamp.is_(None), series.c.sealed_timestamp < _newest)
_count_sealed = Prepared(
    update(series)
    .where(series.c.id == bindparam("number"))
    .values(
        sealed_count=series.c.sealed_count + bindparam("added"),
        sealed_timestamp=case((_is_newer, _newest), else_=series.c.sealed_timestamp),
    ),
    ["added", "newest", "number"],
)


class ChunkHead(NamedTuple):
    """Where the points of a chunk lie.

    Args:
        number: Number of the chunk.
        points: How many points it has.
        first: The first of them.
        last: The last of them.
    """

    number: int
    points: int
    first: Point
    last: Point


class ChunkEdges(NamedTuple):
    """What a curve shows of a chunk that is not opened.

    Args:
        head: Where its points lie.
        least: The first of its points with the least value; None if the edges do not say what a curve has to show:
            values that are no finite numbers are among others that are, steps do not grow with time, the chunk is of
            a version that did not keep this, or it is not what was written.
        greatest: The first of its points with the greatest value, or None as `least`.
    """

    head: ChunkHead
    least: Triple | None
    greatest: Triple | None


def chunk_before(connection: Connection, series_number: int, position: Triple) -> ChunkHead | None:
    """Return the only chunk that a position can lie in: the last that does not begin behind it.

    Args:
        connection: Where to read.
        series_number: Number of the series.
        position: Any position in the order of history.
    """
    return next((_head(row) for row in _select_before.rows(connection, (series_number, *position))), None)


def chunk_after(connection: Connection, series_number: int, position: Triple) -> ChunkHead | None:
    """Return the first chunk that begins behind a position.

    Args:
        connection: Where to read.
        series_number: Number of the series.
        position: Any position in the order of history.
    """
    return next((_head(row) for row in _select_after.rows(connection, (series_number, *position, 1))), None)


def chunks_from(connection: Connection, series_number: int, position: Triple) -> Iterator[ChunkHead]:
    """Yield in order all chunks that have something at or behind a position.

    Args:
        connection: Where to read; all in one snapshot.
        series_number: Number of the series.
        position: Any position in the order of history.

    Raises:
        DamagedData: It is not known where the first of them ends.
    """
    before = chunk_before(connection, series_number, position)
    if before is not None:
        check_head(connection, series_number, before)
        if before.last >= position:
            yield before
    while True:
        rows = _select_after.rows(connection, (series_number, *position, _HEADS_AT_ONCE))
        yield from map(_head, rows)
        if len(rows) < _HEADS_AT_ONCE:
            return
        position = _head(rows[-1]).first


def chunk_edges(connection: Connection, series_number: int, start: int, end: int) -> list[ChunkEdges]:
    """Return in order what is known of the chunks that have something between two timestamps.

    Args:
        connection: Where to read.
        series_number: Number of the series.
        start: The first timestamp.
        end: The last timestamp.

    Raises:
        DamagedData: It is not known where one of them lies.
    """
    found = [_edges(series_number, row) for row in _select_edges.rows(connection, (series_number, start, end))]
    for edges in found:
        if edges.least is None:
            check_head(connection, series_number, edges.head)
    return found


def check_head(connection: Connection, series_number: int, head: ChunkHead) -> None:
    """Refuse a chunk of which it is not known where it lies: a flipped bit may make a text of a number.

    Args:
        connection: Where to read; in the snapshot in which the head was read.
        series_number: Number of the series.
        head: Which chunk.

    Raises:
        DamagedData: Its place is made of something else than numbers.
    """
    if set(map(type, (head.points, *head.first, *head.last))) != {int}:
        raise _explain(connection, series_number, head, "its place is not what was written")


def count_in_chunks(connection: Connection, series_number: int) -> int:
    """Return how many points the chunks of a series say that they have."""
    [[found]] = _count_in_chunks.rows(connection, (series_number,))
    return int(found)


def check_complete(connection: Connection, series_number: int, sealed_count: int, found: int) -> None:
    """Refuse to answer with what is left of a series of which chunks are missing.

    Args:
        connection: Where to read; in the snapshot in which the series was read.
        series_number: Number of the series.
        sealed_count: How many of its points are in chunks, as is known of the series.
        found: How many its chunks have, all of which were found to be what was written.

    Raises:
        DamagedData: There are not as many.
    """
    if found != sealed_count:
        run_id, key = _owner(connection, series_number)
        raise DamagedData(
            "store.missing_chunk",
            f"Stored points of the metric {key!r} of run {run_id} are missing: of {sealed_count} points that were"
            f" compressed as series {series_number}, {found} are found. A part of them can still be read, and all else"
            " is served; restore this metric from a backup of the store.",
            series=series_number,
            run_id=run_id,
            key=key,
            expected=sealed_count,
            found=found,
        )


def open_chunk(connection: Connection, series_number: int, head: ChunkHead) -> Columns:
    """Return the points of a chunk.

    Args:
        connection: Where to read; in the snapshot in which the head was read.
        series_number: Number of the series.
        head: Which chunk.

    Raises:
        DamagedData: It is not what was written.
    """
    [row] = _select_data.rows(connection, (head.number,))
    codec, checksum, data = (bytes(part or b"") for part in row)
    if checksum[:_CHECKSUM_BYTES] != _checksum(series_number, head, data):
        raise _explain(connection, series_number, head, "its checksum is wrong")
    try:
        columns = decode_points(data, codec.decode(errors="replace"))
    except DamagedChunk as damage:
        raise _explain(connection, series_number, head, str(damage)) from damage
    if len(columns.values) != head.points:
        raise _explain(connection, series_number, head, f"it has {len(columns.values)} points")
    return columns


def insert_chunks(connection: Connection, series_number: int, points: Sequence[Triple], size: int) -> None:
    """Add chunks of points, each of about the wanted size.

    Args:
        connection: Inside a writing transaction.
        series_number: Number of the series.
        points: At least one, in order; between the first and the last no other chunk has any.
        size: Points that a chunk is to have.
    """
    pieces = max(1, round(len(points) / size))
    bounds = [len(points) * piece // pieces for piece in range(pieces + 1)]
    rows = []
    for start, end in pairwise(bounds):
        head = ChunkHead(0, end - start, Point(*points[start]), Point(*points[end - 1]))
        columns = Columns(*zip(*points[start:end], strict=True))
        data = encode_points(columns)
        limits, places = _limits(columns.values), _places(columns)
        known = (head.points, *head.first, *head.last, *places[:2], limits[0], *places[2:], limits[1])
        checksum = _checksum(series_number, head, data) + _checksum_of_row(series_number, known)
        rows.append((series_number, *head.first, *head.last, *limits, head.points, CODEC, checksum, data, *places))
    _insert_chunk.many(connection, rows)


def delete_chunk(connection: Connection, head: ChunkHead) -> None:
    """Remove a chunk whose points are about to stand in others.

    Args:
        connection: Inside the writing transaction that adds the others.
        head: Which chunk.
    """
    _delete_chunk.many(connection, [(head.number,)])


def count_sealed(connection: Connection, series_number: int, added: int, newest: int) -> None:
    """Note in a series that points are in chunks now.

    Args:
        connection: Inside the writing transaction that adds the chunks.
        series_number: Number of the series.
        added: How many points were not in a chunk before.
        newest: The greatest timestamp of them.
    """
    _count_sealed.many(connection, [(added, newest, series_number)])


def _head(row: Sequence[int]) -> ChunkHead:
    return ChunkHead(row[0], row[1], Point(*row[2:5]), Point(*row[5:8]))


def _edges(series_number: int, row: Sequence[Any]) -> ChunkEdges:
    head = _head(row)
    least_timestamp, least_step, least, greatest_timestamp, greatest_step, greatest, checksum = row[8:15]
    if least_timestamp is None or checksum[_CHECKSUM_BYTES:] != _checksum_of_row(series_number, row[1:14]):
        return ChunkEdges(head, None, None)  # opened, it proves itself
    if least is None:
        return ChunkEdges(head, head.first, head.first)  # all are the same NaN
    return ChunkEdges(head, (least_timestamp, least_step, least), (greatest_timestamp, greatest_step, greatest))


def _limits(values: Sequence[int]) -> tuple[int | None, int | None]:
    """Return the least and the greatest value that is a number."""
    least, greatest = min(values), max(values)
    if is_number(least) and is_number(greatest):
        return least, greatest
    numbers = [value for value in values if is_number(value)]
    return (min(numbers), max(numbers)) if numbers else (None, None)


def _places(columns: Columns) -> tuple[int | None, ...]:
    """Return timestamp and step of the least and of the greatest value, if these are all that a curve needs."""
    timestamps, steps, values = columns
    least, greatest = min(values), max(values)
    if not (least == greatest or (is_finite(least) and is_finite(greatest))) or any(map(gt, steps, steps[1:])):
        return (None, None, None, None)
    lowest, highest = values.index(least), values.index(greatest)
    return (timestamps[lowest], steps[lowest], timestamps[highest], steps[highest])


def _checksum(series_number: int, head: ChunkHead, data: bytes) -> bytes:
    """Return the checksum of a chunk with its place: data of another series or range is found as well."""
    try:
        place = _PLACE.pack(series_number, *head.first, *head.last, head.points)
    except struct.error:  # a damaged row of the database may have a text where a number was
        return b""
    return blake2b(place + data, digest_size=_CHECKSUM_BYTES).digest()


def _checksum_of_row(series_number: int, numbers: Sequence[int | None]) -> bytes:
    """Return the checksum of what a row says of its chunk: count, first, last, `_LEAST` and `_GREATEST`."""
    absent = b""
    if None in numbers:
        absent = bytes(number is None for number in numbers)
        numbers = [number or 0 for number in numbers]
    try:
        row = _ROW.pack(series_number, *numbers)
    except struct.error:  # as in `_checksum`
        return b""
    return blake2b(row + absent, digest_size=_CHECKSUM_BYTES).digest()


def _owner(connection: Connection, series_number: int) -> tuple[str, str]:
    statement = select(runs.c.run_id, series.c.key).join(series, series.c.run == runs.c.id)
    run_id, key = connection.execute(statement.where(series.c.id == series_number)).one()
    return run_id, key


def _explain(connection: Connection, series_number: int, head: ChunkHead, damage: str) -> DamagedData:
    run_id, key = _owner(connection, series_number)
    return DamagedData(
        "store.corrupt_chunk",
        f"Stored points of the metric {key!r} of run {run_id} are damaged: chunk {head.number} of series"
        f" {series_number}, {head.points} points with timestamps {head.first.timestamp} to {head.last.timestamp} and"
        f" steps {head.first.step} to {head.last.step}: {damage}. Nothing of it is answered. All else is served;"
        " restore this metric from a backup of the store.",
        series=series_number,
        run_id=run_id,
        key=key,
        first_timestamp=head.first.timestamp,
        last_timestamp=head.last.timestamp,
        first_step=head.first.step,
        last_step=head.last.step,
    )
