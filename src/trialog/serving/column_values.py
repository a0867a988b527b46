"""Brings the values of one column, as JSON has them, into the type that a signature names.

Most requests hold just what the signature says; they are brought into an array at once. What is unusual but meant
(numbers as texts, whole numbers with a point) is brought along column by column; what would lose something is refused.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from trialog.errors import UnreadableInput, require
from trialog.models.data_types import AnyType, Array, ColumnType, DataType, Map, Object, shown
from trialog.models.loaded import is_missing
from trialog.serving.bounds import fault_of

_WHOLE: Final = (DataType.integer, DataType.long)
_REAL: Final = (DataType.float, DataType.double)
_TRUTHS: Final = [0, 1]
_ANYTHING: Final = AnyType()
DTYPES: Final = {one: one.to_numpy() for one in (*_WHOLE, *_REAL, DataType.boolean)}
"""Types whose values an array holds as they are."""


def as_array(values: Sequence[Any], expected: ColumnType) -> Any:
    """Return values, or rows of values, of one type as an array if nothing is unusual about them, and else None.

    Args:
        values: As JSON has them.
        expected: What each of them is to be.
    """
    if expected is DataType.string:
        return np.array(values, dtype=object) if all(type(one) is str for one in values) else None
    dtype = DTYPES.get(expected) if isinstance(expected, DataType) else None
    if dtype is None:
        return None
    try:
        if dtype.kind == "f":
            return _reals(values, dtype)
        array = np.array(values)
        if array.dtype != dtype:
            return _narrowed(array, dtype)
    except (ValueError, TypeError, OverflowError):
        return None
    return array


def _reals(values: Sequence[Any], dtype: Any) -> Any:
    if dtype.itemsize > 4:
        return np.array(values, dtype=dtype)
    # What is larger than 32 bits hold is infinite there.
    with np.errstate(over="ignore"):
        return np.array(values, dtype=dtype)


def _narrowed(array: Any, dtype: Any) -> Any:
    if array.dtype.kind != "i" or dtype.kind != "i":
        return None
    narrow = array.astype(dtype)
    return narrow if (narrow == array).all() else None


def convert_column(column: Any, name: Any, expected: ColumnType) -> Any:
    """Return a column of a frame in the type expected, as far as nothing is lost; enforcement judges what is left.

    Args:
        column: A series of pandas, made of what JSON has.
        name: Its name, for the message.
        expected: What each value is to be.

    Raises:
        UnreadableInput: A value cannot be brought into it (`model.column_wrong_type`).
    """
    try:
        if expected in _REAL:
            with np.errstate(over="ignore"):
                return column.astype(expected.to_numpy())
        if expected in _WHOLE:
            return _whole(column, name, expected)
        if expected is DataType.boolean:
            return _truths(column)
        if expected is DataType.datetime:
            return _moments(column)
        if expected is DataType.binary:
            return column.map(_bytes)
        if expected is DataType.string:
            # What is no text is left to the model, as MLflow leaves it.
            return column if column.dtype.kind == "O" else column.astype(object)
        if isinstance(expected, Array | Object | Map):
            return column.map(lambda value: nested_reals(value, expected))
    except (ValueError, TypeError, OverflowError, binascii.Error) as error:
        raise wrong_value(name, expected, fault_of(error)) from error
    return column


def nested_reals(value: Any, expected: ColumnType) -> Any:
    """Return a nested value in which numbers that are to be real are so: JSON writes 1.0 as 1 as well.

    Args:
        value: As JSON has it.
        expected: What it is to be.
    """
    match expected:
        case DataType.double | DataType.float if type(value) is int:
            return float(value)
        case Array() if isinstance(value, list):
            return [nested_reals(one, expected.dtype) for one in value]
        case Map() if isinstance(value, dict):
            return {name: nested_reals(one, expected.value_type) for name, one in value.items()}
        case Object() if isinstance(value, dict):
            types = {one.name: one.dtype for one in expected.properties}
            return {name: nested_reals(one, types.get(name, _ANYTHING)) for name, one in value.items()}
    return value


def _moments(column: Any) -> Any:
    pandas = require("pandas", extra="models")
    if column.dtype.kind != "O":
        moments = pandas.to_datetime(column)
    else:
        wrong = next((one for one in column if not isinstance(one, str) and not is_missing(one)), None)
        if wrong is not None:
            raise ValueError(f"{shown(wrong)} is no moment")
        try:
            moments = pandas.to_datetime(column, format="ISO8601")
        except ValueError:
            moments = pandas.to_datetime(column, format="mixed")
    return moments.dt.as_unit("ns") if moments.dtype.kind == "M" else moments


def _whole(column: Any, name: Any, expected: DataType) -> Any:
    dtype = expected.to_numpy()
    numbers = [_whole_number(one) for one in column.tolist()]
    bounds = np.iinfo(dtype)
    outside = next((one for one in numbers if not bounds.min <= one <= bounds.max), None)
    if outside is not None:
        raise wrong_value(name, expected, f"{shown(outside)} is beyond {bounds.bits} bits")
    pandas = require("pandas", extra="models")
    return pandas.Series(np.array(numbers, dtype=dtype), index=column.index)


def _whole_number(value: Any) -> int:
    if is_missing(value):
        raise ValueError(
            "values are missing in it, which whole numbers cannot be; send them all, or declare the column as double"
        )
    if isinstance(value, float) and value % 1 != 0:
        raise ValueError(f"{shown(value)} is no whole number")
    return int(value)


def _truths(column: Any) -> Any:
    if column.dtype.kind in "if" and column.isin(_TRUTHS).all():
        return column.astype(bool)
    return column


def _bytes(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except binascii.Error as error:
        raise ValueError(f"{shown(value)} is no base64: {error}") from error


def wrong_value(name: Any, expected: ColumnType, fault: str) -> UnreadableInput:
    """Return what is raised where a column holds something else than it is to hold.

    Args:
        name: Name of the column.
        expected: What it is to hold.
        fault: What is wrong.
    """
    fault = fault.partition("\n")[0].rstrip(".")
    return UnreadableInput(
        "model.column_wrong_type",
        f"The column {name!r} is to be {expected!r}, but it cannot be read so: {fault}.",
        column=str(name),
        expected=repr(expected),
        found=fault,
    )
