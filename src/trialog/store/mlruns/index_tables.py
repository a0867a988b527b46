"""What the index remembers of a folder: how each thing in it was when it was read."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from trialog.store.mlruns.left_out import LeftOut
from trialog.store.mlruns.units import Kind
from trialog.store.sets import is_one_of

FORMAT = "1"
"""Of the index: one of another format is made anew."""

_metadata = MetaData()

units = Table(
    "mlruns_units",
    _metadata,
    Column("key", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("number", BigInteger),  # its number in the store; NULL while it cannot be served
    Column("revision", BigInteger, nullable=False),
    Column("quick", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("is_finished", BigInteger, nullable=False),
    Column("waits_for_run", BigInteger, nullable=False),
    Column("metrics", LargeBinary, nullable=False),
    Column("left_out", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)


class MetricMark(NamedTuple):
    """How far a file of a metric was read.

    Args:
        offset: So many bytes.
        mtime: When it had been changed last, in nanoseconds.
        size: How many bytes it had.
        tail: The last of those that were read: if they stand there no more, the file was written anew.
        bad_lines: How many lines are no points.
    """

    offset: int
    mtime: int
    size: int
    tail: bytes
    bad_lines: int


class Known(NamedTuple):
    """What is remembered of each thing all the time.

    Args:
        kind: What it is.
        quick: What stands for the files whose change is seen quickly.
        digest: What stands for all its files; empty where they may have changed since.
        is_finished: Whether nothing more is expected of it.
        is_served: Whether it is in the store.
        waits_for_run: Whether it has points of a run that is not there.
    """

    kind: Kind
    quick: bytes
    digest: bytes
    is_finished: bool
    is_served: bool
    waits_for_run: bool


class Remembered(NamedTuple):
    """What is remembered of one thing.

    Args:
        number: Its number in the store; None if it cannot be served.
        revision: How often it was written to the index; who read it before another did must read it again.
        metrics: How far the files of its metrics were read, by name.
    """

    number: int | None
    revision: int
    metrics: Mapping[str, MetricMark]


class State(NamedTuple):
    """What is to be remembered of a thing that was read.

    Args:
        kind: What it is.
        number: Its number in the store.
        quick: As in `Known`.
        digest: As in `Known`.
        is_finished: As in `Known`.
        metrics: As in `Remembered`.
        left_out: What of it cannot be served.
        waits_for_run: As in `Known`.
    """

    kind: Kind
    number: int | None
    quick: bytes
    digest: bytes
    is_finished: bool
    metrics: Mapping[str, MetricMark]
    left_out: list[LeftOut]
    waits_for_run: bool

    def known(self) -> Known:
        """Return what of it is remembered all the time."""
        is_served = self.number is not None
        return Known(self.kind, self.quick, self.digest, self.is_finished, is_served, self.waits_for_run)


UNKNOWN = Remembered(None, 0, {})

_encode = msgspec.msgpack.encode
_decode_metrics = msgspec.msgpack.Decoder(dict[str, MetricMark]).decode
_decode_left_out = msgspec.msgpack.Decoder(list[LeftOut]).decode
_KNOWN = ("key", "kind", "quick", "digest", "is_finished", "number", "waits_for_run")
_change = (
    update(units)
    .where(units.c.key == bindparam("of_key"))
    .values({name: bindparam(name) for name in units.c.keys() if name != "key"})  # noqa: SIM118  it is no mapping
)


def make_tables(connection: Connection) -> None:
    """Make the tables of an index, if they are not there.

    Args:
        connection: Inside a writing transaction.
    """
    _metadata.create_all(connection)


def load_known(connection: Connection, keys: Collection[str] | None = None) -> dict[str, Known]:
    """Return what is remembered of things all the time, by their keys.

    Args:
        connection: Where to read.
        keys: Which; None for all.
    """
    statement = select(*(units.c[name] for name in _KNOWN))
    if keys is not None:
        statement = statement.where(is_one_of(units.c.key, list(keys)))
    return {
        key: Known(Kind(kind), quick, digest, bool(is_finished), number is not None, bool(waits))
        for key, kind, quick, digest, is_finished, number, waits in connection.execute(statement)
    }


def load_remembered(connection: Connection, keys: Iterable[str]) -> dict[str, Remembered]:
    """Return what is remembered of some things, by their keys."""
    columns = (units.c.key, units.c.number, units.c.revision, units.c.metrics)
    rows = connection.execute(select(*columns).where(is_one_of(units.c.key, list(keys))))
    return {key: Remembered(number, revision, _decode_metrics(metrics)) for key, number, revision, metrics in rows}


def load_left_out(connection: Connection) -> list[LeftOut]:
    """Return what cannot be served of all that was read."""
    rows = connection.execute(select(units.c.left_out).where(units.c.left_out != _encode([])).order_by(units.c.key))
    return [one for (encoded,) in rows for one in _decode_left_out(encoded)]


def revision_of(connection: Connection, key: str) -> int:
    """Return how often a thing was written to the index."""
    return connection.execute(select(units.c.revision).where(units.c.key == key)).scalar() or 0


def number_of(connection: Connection, key: str) -> int | None:
    """Return the number in the store that a thing has."""
    return connection.execute(select(units.c.number).where(units.c.key == key)).scalar()


def remember(connection: Connection, key: str, revision: int, state: State) -> None:
    """Write what is to be remembered of a thing.

    Args:
        connection: Inside a writing transaction.
        key: Which.
        revision: Its new one.
        state: What is to be remembered.
    """
    values: dict[str, Any] = {
        "kind": state.kind.value,
        "number": state.number,
        "revision": revision,
        "quick": state.quick,
        "digest": state.digest,
        "is_finished": int(state.is_finished),
        "waits_for_run": int(state.waits_for_run),
        "metrics": _encode(state.metrics),
        "left_out": _encode(state.left_out),
    }
    if revision == 1:
        connection.execute(insert(units).values(key=key, **values))
    else:
        connection.execute(_change, {"of_key": key, **values})


def forget(connection: Connection, key: str) -> None:
    """Forget a thing that is gone."""
    connection.execute(delete(units).where(units.c.key == key))
