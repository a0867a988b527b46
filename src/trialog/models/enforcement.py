"""Holds what goes into a model against its signature, and brings it into the types that the signature names.

Numbers are brought into larger types and never into smaller ones: what would lose digits is refused.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from trialog.errors import InvalidParameter, require
from trialog.models.data_types import AnyType, Array, ColumnType, DataType, Map, Object, SparkMLVector, shown
from trialog.models.inference import infer_type
from trialog.models.loaded import is_array, is_frame, is_missing, is_series, is_sparse
from trialog.models.schema import ColSpec, ParamSchema, Schema, TensorSpec

_MOST_NAMED: Final = 10
# What a scalar that was found may be taken for.
_WIDER: Final = {
    DataType.integer: {DataType.integer, DataType.long, DataType.double},
    DataType.long: {DataType.long},
    DataType.float: {DataType.float, DataType.double},
}
_EXACT_IN_DOUBLE: Final = 4


def enforce(data: Any, schema: Schema, *, narrows: bool = False) -> Any:
    """Return data as the signature says.

    Args:
        data: What goes in.
        schema: What may go in. Columns beyond it are left away.
        narrows: Whether an array of float64 becomes float32 where that is asked for, in place of being refused.

    Raises:
        InvalidParameter: They do not go with it: a column is missing (`model.column_missing`) or of another type
            (`model.column_wrong_type`), a tensor has another shape or type (`model.tensor_wrong_shape`,
            `model.tensor_wrong_type`), or it is something else altogether (`model.input_invalid`).
    """
    return _enforce_tensors(data, schema, narrows) if schema.is_tensor_spec() else _enforce_columns(data, schema)


def enforce_list(data: Any, schema: Schema) -> Any:
    """Return data for a model whose `predict` takes a list, as its annotation says.

    Args:
        data: A list, or a table, of which the model makes a list itself.
        schema: What may stand in the list.

    Raises:
        InvalidParameter: It is no list (`model.input_invalid`), or something else stands in it
            (`model.column_wrong_type`).
    """
    if is_frame(data):
        return data
    data = data.tolist() if is_array(data) or is_series(data) else data
    if not isinstance(data, list):
        raise InvalidParameter(
            "model.input_invalid", f"The model takes a list, not {type(data).__name__}: {shown(data)}."
        )
    for kind in (one.type for one in schema if isinstance(one, ColSpec)):
        for place, value in enumerate(data):
            _check(value.model_dump() if hasattr(value, "model_dump") else value, kind, f"'model_input', row {place}")
    return data


def enforce_params(params: Mapping[str, Any] | None, schema: ParamSchema | None) -> dict[str, Any] | None:
    """Return the parameters of a prediction: those that are given, and the defaults of the others.

    Args:
        params: What is given.
        schema: What the signature says; None if the model has no parameters.

    Raises:
        InvalidParameter: One is unknown, or of another type (`signature.invalid_param`).
    """
    if schema is None:
        # A model without a list of its parameters gets them as they are.
        return None if params is None else dict(params)
    given = dict(params or {})
    known = {one.name: one for one in schema}
    unknown = [name for name in given if name not in known]
    if unknown:
        raise InvalidParameter(
            "signature.invalid_param",
            f"The model has no parameter {', '.join(map(repr, unknown))}; it has: {', '.join(known)}.",
            parameter=str(unknown[0]),
        )
    return {name: one.converted(given[name]) if name in given else one.default for name, one in known.items()}


def _enforce_columns(data: Any, schema: Schema) -> Any:
    pandas = require("pandas", extra="models")
    frame = _frame(pandas, data, schema)
    if schema.has_input_names():
        missing = [name for name in schema.required_input_names() if name not in frame.columns]
        if missing:
            raise _missing(missing, list(frame.columns))
        places = [(name, one) for name, one in schema.input_dict().items() if name in frame.columns]
    else:
        if len(frame.columns) < len(schema):
            raise InvalidParameter(
                "model.column_missing",
                f"The model takes {len(schema)} columns, but the data have {len(frame.columns)}.",
                expected=len(schema),
                found=len(frame.columns),
            )
        places = list(zip(frame.columns[: len(schema)], schema, strict=True))
    columns = {name: _column(frame[name], name, one) for name, one in places if isinstance(one, ColSpec)}
    return pandas.DataFrame(columns, index=frame.index)


def _frame(pandas: Any, data: Any, schema: Schema) -> Any:
    """Return data as a frame: lists and arrays by row, dictionaries by column or as one row."""
    if is_frame(data):
        return data
    if is_series(data):
        return data.to_frame()
    try:
        if isinstance(data, dict):
            nested = any(isinstance(one.type, Array | Object | Map) for one in schema)
            is_row = nested or not all(isinstance(value, list) or is_array(value) for value in data.values())
            return pandas.DataFrame([data] if is_row else data)
        if isinstance(data, list) or (is_array(data) and data.ndim > 0):
            return _named(pandas.DataFrame(data), schema)
        if isinstance(data, str | bytes | int | float) or hasattr(data, "dtype"):
            return _named(pandas.DataFrame([data]), schema)
    except (ValueError, TypeError) as error:
        raise InvalidParameter("model.input_invalid", f"The data cannot be brought into columns: {error}.") from error
    raise InvalidParameter("model.input_invalid", f"The model takes columns, not {type(data).__name__}: {shown(data)}.")


def _named(frame: Any, schema: Schema) -> Any:
    # One column needs no name to be known.
    if schema.has_input_names() and list(frame.columns) == [0] and len(schema) == 1:
        frame.columns = schema.input_names()
    return frame


def _missing(missing: list[Any], found: list[Any]) -> InvalidParameter:
    named = ", ".join(map(repr, missing[:_MOST_NAMED])) + (" and more" if len(missing) > _MOST_NAMED else "")
    there = ", ".join(map(repr, found[:_MOST_NAMED])) + (" and more" if len(found) > _MOST_NAMED else "")
    return InvalidParameter(
        "model.column_missing",
        f"The data lack {'the column' if len(missing) == 1 else 'the columns'} {named}, which the model needs; "
        f"they have: {there or 'none'}.",
        column=str(missing[0]),
    )


def _column(column: Any, name: Any, expected: ColSpec) -> Any:
    if not is_series(column):
        raise InvalidParameter("model.input_invalid", f"The data have several columns of the name {name!r}.")
    if isinstance(expected.type, DataType):
        return _scalars(column, name, expected.type)
    for row, value in zip(column.index, column, strict=True):
        if expected.required or not is_missing(value):
            _check(value, expected.type, f"{name!r}, row {row!r}")
    return column


def _scalars(column: Any, name: Any, expected: DataType) -> Any:
    """Return a column in the type that is expected of it."""
    numpy = require("numpy", extra="models")
    pandas = require("pandas", extra="models")
    if column.dtype.kind == "O" and expected not in (DataType.string, DataType.binary):
        column = column.infer_objects()
    wanted, found = expected.to_numpy(), column.dtype
    is_text = found.kind == "O" or isinstance(found, pandas.StringDtype)
    if is_text and expected in (DataType.string, DataType.binary, DataType.boolean):
        plain = {DataType.string: str, DataType.binary: bytes | bytearray | str, DataType.boolean: bool | numpy.bool_}
        wrong = next((one for one in column if not is_missing(one) and not isinstance(one, plain[expected])), None)
        if wrong is None or expected is DataType.string:
            return column
        raise _wrong_type(name, expected, f"{type(wrong).__name__}, such as {shown(wrong)}")
    if found in (wanted, expected.to_pandas()) or (found.kind == wanted.kind and expected is DataType.binary):
        return column
    try:
        if expected is DataType.datetime and (found.kind == "M" or is_text):
            # MLflow keeps moments by the nanosecond.
            return column.astype("datetime64[ns]")
        if _fits(found, wanted):
            return column.astype(wanted)
        if found.kind == "O" and expected is DataType.double and all(isinstance(one, Decimal) for one in column):
            return pandas.to_numeric(column, errors="raise").astype(wanted)
    except (ValueError, TypeError) as error:
        raise _wrong_type(name, expected, f"{found}, which cannot be converted: {error}") from error
    if found == numpy.int64 and wanted.kind == "f" and column.isin([0, 1]).all():
        return column.astype(wanted)
    hint = ""
    if found.kind == "f" and wanted.kind == "i" and column.isna().any():
        hint = "; values are missing in it, which whole numbers cannot be: fill them, or declare the column as double"
    raise _wrong_type(name, expected, f"{found}{hint}")


def _fits(found: Any, wanted: Any) -> bool:
    """Tell whether each value of one type is one of another as well."""
    if found.kind == wanted.kind and found.kind in "iufb":
        return bool(found.itemsize <= wanted.itemsize)
    if found.kind == "u" and wanted.kind == "i":
        return bool(found.itemsize < wanted.itemsize)
    return bool(found.kind in "iu" and wanted == "float64" and found.itemsize <= _EXACT_IN_DOUBLE)


def _check(value: Any, expected: ColumnType, where: str) -> None:
    """Refuse a nested value that is not of its type."""
    match expected:
        case AnyType():
            return
        case Array() | SparkMLVector():
            items = expected.dtype if isinstance(expected, Array) else DataType.double
            if not isinstance(value, list | tuple) and not is_array(value):
                raise _wrong_type(where, expected, type(value).__name__)
            for place, one in enumerate(value):
                _check(one, items, f"{where}, item {place}")
        case Object():
            if not isinstance(value, Mapping):
                raise _wrong_type(where, expected, type(value).__name__)
            for one in expected.properties:
                if one.name in value and (one.required or not is_missing(value[one.name])):
                    _check(value[one.name], one.dtype, f"{where}, {one.name!r}")
                elif one.required:
                    raise _wrong_type(where, expected, f"an object without {one.name!r}")
        case Map():
            if not isinstance(value, Mapping):
                raise _wrong_type(where, expected, type(value).__name__)
            for name, one in value.items():
                _check(one, expected.value_type, f"{where}, {name!r}")
        case DataType():
            try:
                found = infer_type(value)
            except InvalidParameter:
                found = None
            if found != expected and not (isinstance(found, DataType) and expected in _WIDER.get(found, ())):
                told = type(value).__name__ if found is None else repr(found)
                raise _wrong_type(where, expected, f"{told}, {shown(value)}")


def _wrong_type(column: Any, expected: ColumnType, found: str) -> InvalidParameter:
    where = column if isinstance(column, str) and column.startswith("'") else repr(column)
    return InvalidParameter(
        "model.column_wrong_type",
        f"The column {where} is to be {expected!r}, but it is {found}.",
        column=str(column),
        expected=repr(expected),
        found=found,
    )


def _enforce_tensors(data: Any, schema: Schema, narrows: bool) -> Any:
    tensors = [one for one in schema if isinstance(one, TensorSpec)]
    if not schema.has_input_names():
        return _tensor(data, tensors[0], narrows)
    is_whole = is_frame(data) and tensors[0].name not in data.columns
    if len(tensors) == 1 and (is_whole or is_array(data) or isinstance(data, list)):
        # The only one needs no name to be known.
        data = {tensors[0].name: data}
    if not isinstance(data, Mapping) and not is_frame(data):
        names = ", ".join(repr(one.name) for one in tensors)
        raise InvalidParameter(
            "model.input_invalid",
            f"The model takes a dictionary with the arrays {names}, not {type(data).__name__}.",
        )
    missing = [one.name for one in tensors if one.name not in data]
    if missing:
        raise _missing(missing, list(data))
    return {one.name: _tensor(data[one.name], one, narrows) for one in tensors}


def _tensor(data: Any, expected: TensorSpec, narrows: bool) -> Any:
    named = "The array" if expected.name is None else f"The array {expected.name!r}"
    wanted = expected.type
    if is_frame(data) or is_series(data) or isinstance(data, list):
        data = as_array(data, expected)
    if not is_array(data) and not is_sparse(data):
        raise InvalidParameter("model.input_invalid", f"{named} is to be an array of numpy, not {type(data).__name__}.")
    kind = data.dtype
    if wanted.kind == "O" or (kind.kind == "O" and -1 in expected.shape[1:]):
        # Rows of several lengths are not looked into.
        return data
    if len(data.shape) != len(expected.shape) or any(
        size not in (-1, found) for size, found in zip(expected.shape, data.shape, strict=True)
    ):
        raise InvalidParameter(
            "model.tensor_wrong_shape",
            f"{named} is to be of the shape {expected.shape}, where -1 is any size, but it is {tuple(data.shape)}.",
            expected=str(expected.shape),
            found=str(tuple(data.shape)),
        )
    if narrows and (kind, wanted) == ("float64", "float32"):
        return data.astype(wanted)
    is_text = wanted.kind == "U" and kind.kind == "O" and all(isinstance(one, str) for one in data.flat)
    if kind != wanted and not is_text and not (kind.kind == wanted.kind and kind.kind in "US"):
        raise InvalidParameter(
            "model.tensor_wrong_type",
            f"{named} is to be of the type {expected.dtype}, but it is {kind}; convert it with astype.",
            expected=expected.dtype,
            found=str(kind),
        )
    return data


def as_array(data: Any, expected: TensorSpec) -> Any:
    """Return a frame, series or list, of which the types of numbers say little, as an array of the type expected.

    Args:
        data: A frame, a series or a list.
        expected: What is expected. What is of quite another type stays what it is.

    Raises:
        InvalidParameter: It has another shape (`model.tensor_wrong_shape`), or numbers that are too large for the type
            (`model.tensor_wrong_type`).
    """
    numpy = require("numpy", extra="models")
    named = "The array" if expected.name is None else f"The array {expected.name!r}"
    values = data.to_numpy() if hasattr(data, "to_numpy") else data
    try:
        if is_array(values) and values.dtype.kind == "O" and values.size and not numpy.isscalar(values.flat[0]):
            # A column of lists.
            values = numpy.stack([numpy.asarray(one) for one in values.reshape(-1)])
        array = numpy.asarray(values)
        is_text = expected.type.kind == "U" and array.dtype.kind in "UO"
        if not is_text and not numpy.can_cast(array.dtype, expected.type, casting="same_kind"):
            return array
        found, array = array, array if is_text else array.astype(expected.type)
        if array.dtype.kind in "iu" and not numpy.array_equal(found, array):
            raise InvalidParameter(
                "model.tensor_wrong_type", f"{named} is to be of the type {expected.dtype}, which is too small for it."
            )
        is_flat = array.ndim != len(expected.shape) and -1 not in expected.shape[1:] and expected.shape[:1] == (-1,)
        return array.reshape((len(array), *expected.shape[1:])) if is_flat else array
    except (ValueError, TypeError) as error:
        raise InvalidParameter(
            "model.tensor_wrong_shape", f"{named} cannot be brought into the shape {expected.shape}: {error}."
        ) from error
