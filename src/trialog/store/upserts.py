"""Insert or overwrite, insert or keep: the same words on every database.

SQLite takes rows one by one, at two microseconds each. For PostgreSQL each would be a journey: there all go as one
statement, which unfolds an array for each column. A COPY would be faster still and ends at the first row that stands
already; clients repeat requests, so that rows do.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from types import NoneType
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Table, TableValuedAlias, bindparam, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

from trialog.store.prepared import Prepared

_POSTGRESQL = "postgresql"

# So many rows go to SQLite as one where there are more: each statement has Python let other threads in between.
_AT_ONCE = 100

_begin_together, _undo_together, _end_together = (
    Prepared(text(f"{words} together"), []) for words in ("SAVEPOINT", "ROLLBACK TO", "RELEASE")
)


def upsert(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows; where one with the same primary key stands, overwrite its other columns.

    Args:
        connection: Inside a writing transaction.
        table: Where to.
        rows: Values in the order of the table's columns; no two with the same primary key.
    """
    if rows:
        _run(connection, _overwriting(table, connection.dialect.name), rows)


def insert_missing(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> int:
    """Insert rows; where one with the same identity stands, keep that.

    Args:
        connection: Inside a writing transaction.
        table: Where to.
        rows: Values in the order of the table's columns.

    Returns:
        How many were inserted.
    """
    if connection.dialect.name == _POSTGRESQL or len(rows) < _AT_ONCE:
        return _run(connection, _keeping(table, connection.dialect.name), rows) if rows else 0
    rest = len(rows) % _AT_ONCE
    together = [list(chain.from_iterable(rows[start : start + _AT_ONCE])) for start in range(rest, len(rows), _AT_ONCE)]
    inserted = _keeping_many(table).many(connection, together)
    return inserted + (_run(connection, _keeping(table, connection.dialect.name), rows[:rest]) if rest else 0)


def insert_missing_of_each(
    connection: Connection, table: Table, rows: Mapping[int, Sequence[tuple[Any, ...]]]
) -> Mapping[int, int]:
    """Insert rows of several owners as `insert_missing` does, and count them by owner.

    Args:
        connection: Inside a writing transaction.
        table: Where to; its first column names the owner.
        rows: The rows of each owner.

    Returns:
        How many were inserted of each.
    """
    together = [row for theirs in rows.values() for row in theirs]
    if not together:
        return {}
    if connection.dialect.name == _POSTGRESQL:
        return Counter(owner for (owner,) in _counting(table).rows(connection, _columns_of(together)))
    if len(rows) > 1:
        # Mostly all are new, and then how many of each is known without a statement for each.
        _begin_together.rows(connection, ())
        are_all_new = insert_missing(connection, table, together) == len(together)
        if not are_all_new:
            _undo_together.rows(connection, ())
        _end_together.rows(connection, ())
        if are_all_new:
            return {owner: len(theirs) for owner, theirs in rows.items()}
    return {owner: insert_missing(connection, table, theirs) for owner, theirs in rows.items()}


def insert_returning(
    connection: Connection, table: Table, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]], *returned: str
) -> list[Sequence[Any]]:
    """Insert rows that are new and return columns of what became of them, in any order.

    Args:
        connection: Inside a writing transaction.
        table: Where to; it numbers its rows, and never gives a number twice.
        names: The columns that values are given for, without the number.
        rows: Values in the order of these names.
        *returned: Names of columns.
    """
    if not rows:
        return []
    if connection.dialect.name == _POSTGRESQL:
        return list(_returning(table, names, returned).rows(connection, _columns_of(rows)))
    # A statement that returns rows would run once for each; with one writer, the new ones are numbered in a row.
    _inserting_numbered(table, names).many(connection, rows)
    return list(_newest(table, returned).rows(connection, (len(rows),)))


def insert_unless_there(
    connection: Connection, table: Table, names: tuple[str, ...], row: tuple[Any, ...], *returned: str
) -> Sequence[Any] | None:
    """Insert a row and return columns of what became of it; None if one with the same key is there, which stays.

    Args:
        connection: Inside a writing transaction.
        table: Where to.
        names: The columns that values are given for.
        row: Values in the order of these names.
        *returned: Names of columns.
    """
    dialect = connection.dialect.name
    values = _columns_of([row]) if dialect == _POSTGRESQL else row
    rows = _returning_new(table, names, returned, dialect).rows(connection, values)
    return rows[0] if rows else None


def unfolded(columns: Mapping[str, TypeEngine[Any]]) -> TableValuedAlias:
    """Return the rows that PostgreSQL makes of an array for each column, given under its name.

    Args:
        columns: Their types, by name.
    """
    arrays = [bindparam(name, type_=postgresql.ARRAY(kind)) for name, kind in columns.items()]
    return func.unnest(*arrays).table_valued(*(Column(name, kind) for name, kind in columns.items())).render_derived()


def update_each(connection: Connection, by_row: Prepared, unfolding: Prepared, rows: Sequence[tuple[Any, ...]]) -> None:
    """Update a row of a table for each of some rows.

    Args:
        connection: Inside a writing transaction.
        by_row: The statement that does it for one.
        unfolding: The same for all that `unfolded` makes of them.
        rows: Values in the order of the parameters of both; no two for the same row of the table.
    """
    if connection.dialect.name == _POSTGRESQL and len(rows) > 1:
        unfolding.many(connection, [_columns_of(rows)])
    else:
        by_row.many(connection, rows)


def _run(connection: Connection, statement: Prepared, rows: Sequence[tuple[Any, ...]]) -> int:
    if connection.dialect.name == _POSTGRESQL:
        return statement.many(connection, [_columns_of(rows)])
    return statement.many(connection, rows)


def _columns_of(rows: Iterable[tuple[Any, ...]]) -> list[Any]:
    return [_array_of(column) for column in zip(*rows, strict=True)]


def _array_of(values: Sequence[Any]) -> Any:
    """Return an array in PostgreSQL's own words where that is simple.

    Of a list psycopg asks for each value anew how it is to be sent, which takes longer than all the rest of a request.
    """
    kinds = set(map(type, values))
    if kinds == {int}:
        return "{" + ",".join(map(str, values)) + "}"
    if kinds <= {int, str, NoneType}:
        return "{" + ",".join(map(_quoted, values)) + "}"
    return list(values)


def _quoted(value: int | str | None) -> str:
    if value is None:
        return "NULL"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


@cache
def _overwriting(table: Table, dialect: str) -> Prepared:
    names = tuple(column.name for column in table.columns)
    statement = _inserting(table, names, dialect)
    overwritten = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
    key = [column.name for column in table.primary_key]
    return Prepared(statement.on_conflict_do_update(index_elements=key, set_=overwritten), names)


@cache
def _keeping(table: Table, dialect: str) -> Prepared:
    names = tuple(column.name for column in table.columns)
    return Prepared(_inserting(table, names, dialect).on_conflict_do_nothing(), names)


@cache
def _keeping_many(table: Table) -> Prepared:
    names = [column.name for column in table.columns]
    rows: list[dict[str, Any]] = [{name: bindparam(f"{name}_{place}") for name in names} for place in range(_AT_ONCE)]
    statement = sqlite.insert(table).values(rows).on_conflict_do_nothing()
    return Prepared(statement, [f"{name}_{place}" for place in range(_AT_ONCE) for name in names])


@cache
def _counting(table: Table) -> Prepared:
    names = tuple(column.name for column in table.columns)
    statement = _inserting(table, names, _POSTGRESQL).on_conflict_do_nothing()
    return Prepared(statement.returning(next(iter(table.columns))), names)


@cache
def _returning(table: Table, names: tuple[str, ...], returned: tuple[str, ...]) -> Prepared:
    return Prepared(_inserting(table, names, _POSTGRESQL).returning(*(table.c[name] for name in returned)), names)


@cache
def _returning_new(table: Table, names: tuple[str, ...], returned: tuple[str, ...], dialect: str) -> Prepared:
    statement = _inserting(table, names, dialect).on_conflict_do_nothing()
    return Prepared(statement.returning(*(table.c[name] for name in returned)), names)


@cache
def _inserting_numbered(table: Table, names: tuple[str, ...]) -> Prepared:
    return Prepared(_inserting(table, names, "sqlite"), names)


@cache
def _newest(table: Table, returned: tuple[str, ...]) -> Prepared:
    [number] = table.primary_key
    newest = number > func.last_insert_rowid(type_=BigInteger) - bindparam("many", type_=BigInteger)
    return Prepared(select(*(table.c[name] for name in returned)).where(newest), ["many"])


def _inserting(table: Table, names: tuple[str, ...], dialect: str) -> sqlite.Insert | postgresql.Insert:
    if dialect != _POSTGRESQL:
        return sqlite.insert(table).values({name: bindparam(name) for name in names})
    given = unfolded({name: table.c[name].type for name in names})
    return postgresql.insert(table).from_select(names, select(*(given.c[name] for name in names)))
