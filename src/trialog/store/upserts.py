"""Insert or overwrite, insert or keep: the same words on every database."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; where one with the same primary key stands, overwrite its other columns.

    Args:
        connection: Inside a writing transaction.
        table: Where to.
        rows: No two with the same primary key.
    """
    if not rows:
        return
    statement = sqlite.insert(table)
    overwritten = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
    key = [column.name for column in table.primary_key]
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=overwritten), list(rows))


def insert_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; where one with the same identity stands, keep that.

    Args:
        connection: Inside a writing transaction.
        table: Where to.
        rows: What to insert.
    """
    if rows:
        connection.execute(sqlite.insert(table).on_conflict_do_nothing(), list(rows))
