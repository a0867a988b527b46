"""Conditions on many values at once, as one parameter."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import ColumnElement, func, select


def is_one_of(column: ColumnElement[int] | ColumnElement[str], values: Iterable[int | str]) -> ColumnElement[bool]:
    """Return the condition that a column holds one of many values.

    A parameter for each would make a new statement for each count, and databases limit how many there may be.

    Args:
        column: The column.
        values: Any number of values.
    """
    listed = func.json_each(msgspec.json.encode(list(values)).decode()).table_valued("value")
    return column.in_(select(listed.c.value))
