"""JSON in SQL, which each database spells its own way: a text made of many rows, and rows made of one text."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, ColumnElement, Subquery, bindparam, cast, literal, literal_column, select
from sqlalchemy import Text as AnyText
from sqlalchemy.sql.functions import FunctionElement

from trialog.store.column_types import Text
from trialog.store.spelling import spell

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
    kind = "BIGINT" if isinstance(column.type, BigInteger) else "TEXT"
    return _IsInArray(column, text, literal_column(kind))


def table_of(alias: str, /, rows: Iterable[Sequence[int | str | None]], **kinds: type[int] | type[str]) -> Subquery:
    """Return a table made of values, which go into the statement as one parameter.

    Args:
        alias: Name of the table within the statement.
        rows: A value for each column.
        **kinds: Names of the columns, and what they hold.
    """
    return _table(alias, literal(as_table(rows), Text), kinds)


def table_given(alias: str, /, **kinds: type[int] | type[str]) -> Subquery:
    """Return a table whose values the parameter of its name will give, made by `as_table`.

    Args:
        alias: Name of the table within the statement.
        **kinds: Names of the columns, and what they hold.
    """
    return _table(alias, bindparam(alias, type_=Text), kinds)


def as_table(rows: Iterable[Sequence[int | str | None]]) -> str:
    """Return rows of values as the one text that stands for them in a statement."""
    return msgspec.json.encode([list(row) for row in rows]).decode()


def _table(alias: str, text: ColumnElement[str], kinds: Mapping[str, type[int] | type[str]]) -> Subquery:
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


spell(
    _ArrayOf,
    sqlite="json_group_array({0})",
    postgresql="CAST(json_agg({0} ORDER BY {1}) AS TEXT)",
)
spell(
    _ObjectOf,
    sqlite="json_object('key', {0}, 'value', {1})",
    postgresql="json_build_object('key', {0}, 'value', {1})",
)
spell(
    _IsInArray,
    sqlite="({0} IN (SELECT value FROM json_each({1})))",
    # An array, made once: the planner uses an index for each of its values, as it would not for a subquery's rows.
    postgresql="({0} = ANY(ARRAY(SELECT CAST(value AS {2}) FROM json_array_elements_text(CAST({1} AS JSON)))))",
)
spell(
    _Items,
    sqlite="json_each({0})",
    postgresql="json_array_elements(CAST({0} AS JSON))",
)
spell(
    _Member,
    sqlite="json_extract({0}, '$[{1}]')",
    postgresql="({0} ->> {1})",
)
