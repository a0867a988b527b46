"""Conditions on many values at once, as one parameter.

A parameter for each value would make a new statement for each count, and databases limit how many there may be.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, bindparam, literal

from trialog.store.column_types import Text
from trialog.store.json_values import is_in_array

LISTED = "listed"
"""Name of the parameter that `is_listed` leaves open; its value comes from `as_list`."""


def as_list(values: Iterable[int | str]) -> str:
    """Return values as the one text that stands for them in a statement."""
    return msgspec.json.encode(list(values)).decode()


def is_listed(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that a column holds one of the values that the parameter `LISTED` will give."""
    return is_in_array(column, bindparam(LISTED, type_=Text))


def is_one_of(column: ColumnElement[Any], values: Iterable[int | str]) -> ColumnElement[bool]:
    """Return the condition that a column holds one of many values."""
    return is_in_array(column, literal(as_list(values), Text))
