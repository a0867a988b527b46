"""What databases are told of how to answer: SQLite what to read first, PostgreSQL what it can count on.

SQLite keeps no statistics of a store: of two indexes it is left one. PostgreSQL has statistics, of columns alone: what
is said of an expression it takes for rare, and then reads everything rather than walk along an index.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Boolean, ColumnElement, Connection, false, func
from sqlalchemy.sql.functions import FunctionElement

from trialog.store.spelling import spell

Value = TypeVar("Value")

_POSTGRESQL = "postgresql"
# Ways that begin with reading all of a table, or all that an index has of something, whatever the limit is.
_READING_ALL = ("seqscan", "bitmapscan", "hashjoin", "mergejoin")


def unindexed(column: ColumnElement[Value]) -> ColumnElement[Value]:
    """Return a column of which SQLite uses no index.

    Args:
        column: The column.
    """
    element: ColumnElement[Value] = _Unindexed(column)
    element.type = column.type
    return element


def is_likely(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return a condition that nearly all rows satisfy, which SQLite would take for one that few do.

    Args:
        condition: The condition.
    """
    return _Likely(condition)


def is_common(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return a condition on expressions that many rows satisfy, which PostgreSQL would take for one that few do.

    Args:
        condition: The condition; where it is unknown, it does not hold.
    """
    # Of what is neither a column nor a comparison, PostgreSQL expects that it holds for every second row.
    return func.coalesce(condition, false(), type_=Boolean())


@contextmanager
def along_indexes(connection: Connection) -> Iterator[None]:
    """Have PostgreSQL follow indexes from row to row in what is run meanwhile, however many rows it expects.

    Of a range that was counted before it may expect a hundred times as many, and then read all runs of a server. SQLite
    does so anyway.

    Args:
        connection: In a transaction.
    """
    if connection.dialect.name != _POSTGRESQL:
        yield
        return
    # Not undone after a fault: the transaction ends with it.
    connection.exec_driver_sql(_set_scans("off"))
    yield
    connection.exec_driver_sql(_set_scans("on"))


def _set_scans(value: str) -> str:
    return "; ".join(f"SET LOCAL enable_{kind} = {value}" for kind in _READING_ALL)


class _Unindexed(FunctionElement[Any]):
    inherit_cache = True
    name = "trialog_unindexed"


class _Likely(FunctionElement[bool]):
    # Without a type, because SQLite would else be asked whether it is 1, and hear no hint.
    inherit_cache = True
    name = "trialog_likely"


spell(_Unindexed, sqlite="+{0}", postgresql="{0}")
spell(_Likely, sqlite="likely({0})", postgresql="({0})")
