"""Insert or overwrite, insert or keep: the same words on every database."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam
from sqlalchemy.dialects import sqlite

from trialog.store.prepared import Prepared


def upsert(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows; where one with the same primary key stands, overwrite its other columns.

    Args:
        connection: Inside a writing transaction.
        table: Where to.
        rows: Values in the order of the table's columns; no two with the same primary key.
    """
    if rows:
        _overwriting(table).many(connection, rows)


def insert_missing(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> int:
    """Insert rows; where one with the same identity stands, keep that.

    Args:
        connection: Inside a writing transaction.
        table: Where to.
        rows: Values in the order of the table's columns.

    Returns:
        How many were inserted.
    """
    return _keeping(table).many(connection, rows) if rows else 0


@cache
def _overwriting(table: Table) -> Prepared:
    statement, names = _inserting(table)
    overwritten = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
    key = [column.name for column in table.primary_key]
    return Prepared(statement.on_conflict_do_update(index_elements=key, set_=overwritten), names)


@cache
def _keeping(table: Table) -> Prepared:
    statement, names = _inserting(table)
    return Prepared(statement.on_conflict_do_nothing(), names)


def _inserting(table: Table) -> tuple[sqlite.Insert, list[str]]:
    names = [column.name for column in table.columns]
    return sqlite.insert(table).values({name: bindparam(name) for name in names}), names
