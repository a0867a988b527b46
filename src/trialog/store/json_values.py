"""JSON in SQL, which each database spells its own way: a text made of many rows, and rows made of one text."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, ColumnElement, Subquery, cast, literal, literal_column, select
from sqlalchemy import Text as AnyText
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from trialog.store.column_types import Text

_TYPES = {int: BigInteger, str: AnyText}


def array_of(value: ColumnElement[Any], *, by: ColumnElement[Any]) -> ColumnElement[str]:
    """Return the values of the rows of a group as one text, a JSON array.

    Args:
        value: What stands in the array.
        by: In which order. SQLite takes rows as they come: the statement must read along an index that has this order.
    """
    return _ArrayOf(value, by)


def object_of(*, key: ColumnElement[str], value: ColumnElement[str]) -> ColumnElement[Any]:
    """Return a JSON object with the members `key` and `value`, to be put into an array.

    Args:
        key: What the first holds.
        value: What the second holds.
    """
    return _ObjectOf(key, value)


def is_in_array(column: ColumnElement[Any], text: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a column holds one of the values of a JSON array.

    Args:
        column: Of integers or texts.
        text: The array.
    """
    return _IsInArray(column, text)


def table_of(alias: str, /, rows: Iterable[Sequence[int | str | None]], **kinds: type[int] | type[str]) -> Subquery:
    """Return a table made of values, which go into the statement as one parameter.

    Args:
        alias: Name of the table within the statement.
        rows: A value for each column.
        **kinds: Names of the columns, and what they hold.
    """
    text = literal(msgspec.json.encode([list(row) for row in rows]).decode(), Text)
    item = _Items(text).table_valued("value", name=f"{alias}_items")
    columns: list[ColumnElement[Any]] = [
        cast(_Member(item.c.value, literal_column(str(place))), _TYPES[kind]).label(column)
        for place, (column, kind) in enumerate(kinds.items())
    ]
    return select(*columns).select_from(item).subquery(alias)


class _ArrayOf(FunctionElement[str]):
    type = Text
    inherit_cache = True
    name = "trialog_array_of"


class _ObjectOf(FunctionElement[Any]):
    inherit_cache = True
    name = "trialog_object_of"


class _IsInArray(FunctionElement[Any]):
    # Not typed as a boolean: SQLAlchemy would compare it with 1 on SQLite, which then uses no index.
    inherit_cache = True
    name = "trialog_is_in_array"


class _Items(FunctionElement[Any]):
    inherit_cache = True
    name = "trialog_items"


class _Member(FunctionElement[Any]):
    inherit_cache = True
    name = "trialog_member"


def _parts(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> list[str]:
    return [compiler.process(part, **options) for part in element.clauses]


@compiles(_ArrayOf)
def _sqlite_array_of(element: _ArrayOf, compiler: SQLCompiler, **options: Any) -> str:
    value, _ = element.clauses
    return f"json_group_array({compiler.process(value, **options)})"


@compiles(_ArrayOf, "postgresql")
def _postgresql_array_of(element: _ArrayOf, compiler: SQLCompiler, **options: Any) -> str:
    value, by = _parts(element, compiler, **options)
    return f"CAST(json_agg({value} ORDER BY {by}) AS TEXT)"


@compiles(_ObjectOf)
def _sqlite_object_of(element: _ObjectOf, compiler: SQLCompiler, **options: Any) -> str:
    key, value = _parts(element, compiler, **options)
    return f"json_object('key', {key}, 'value', {value})"


@compiles(_ObjectOf, "postgresql")
def _postgresql_object_of(element: _ObjectOf, compiler: SQLCompiler, **options: Any) -> str:
    key, value = _parts(element, compiler, **options)
    return f"json_build_object('key', {key}, 'value', {value})"


@compiles(_IsInArray)
def _sqlite_is_in_array(element: _IsInArray, compiler: SQLCompiler, **options: Any) -> str:
    column, text = _parts(element, compiler, **options)
    return f"({column} IN (SELECT value FROM json_each({text})))"  # noqa: S608  both were rendered by SQLAlchemy


@compiles(_IsInArray, "postgresql")
def _postgresql_is_in_array(element: _IsInArray, compiler: SQLCompiler, **options: Any) -> str:
    # An array, made once: the planner uses an index for each of its values, as it would not for a subquery's rows.
    column, text = _parts(element, compiler, **options)
    kind = "BIGINT" if isinstance(next(iter(element.clauses)).type, BigInteger) else "TEXT"
    values = f"SELECT CAST(value AS {kind}) FROM json_array_elements_text(CAST({text} AS JSON))"  # noqa: S608  as above
    return f"({column} = ANY(ARRAY({values})))"


@compiles(_Items)
def _sqlite_items(element: _Items, compiler: SQLCompiler, **options: Any) -> str:
    [text] = _parts(element, compiler, **options)
    return f"json_each({text})"


@compiles(_Items, "postgresql")
def _postgresql_items(element: _Items, compiler: SQLCompiler, **options: Any) -> str:
    [text] = _parts(element, compiler, **options)
    return f"json_array_elements(CAST({text} AS JSON))"


@compiles(_Member)
def _sqlite_member(element: _Member, compiler: SQLCompiler, **options: Any) -> str:
    value, place = _parts(element, compiler, **options)
    return f"json_extract({value}, '$[{place}]')"


@compiles(_Member, "postgresql")
def _postgresql_member(element: _Member, compiler: SQLCompiler, **options: Any) -> str:
    value, place = _parts(element, compiler, **options)
    return f"({value} ->> {place})"
