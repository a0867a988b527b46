"""Finds out what a model takes and gives from data: what `mlflow.models.infer_signature` says of the same data."""

import sys
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from trialog.errors import InvalidParameter
from trialog.models.data_types import AnyType, Array, ColumnType, DataType, Object, Property, merge, shown
from trialog.models.loaded import is_a, is_array, is_frame, is_missing, is_series, is_sparse
from trialog.models.schema import ColSpec, ParamSchema, ParamSpec, Schema, TensorSpec
from trialog.models.signature import ModelSignature
from trialog.models.warned import warn

_SCALARS: Final = {
    bool: DataType.boolean,
    int: DataType.long,
    float: DataType.double,
    str: DataType.string,
    object: DataType.string,
    bytes: DataType.binary,
    bytearray: DataType.binary,
    date: DataType.datetime,
    datetime: DataType.datetime,
}
_NUMPY_SCALARS: Final = {
    "bool": DataType.boolean,
    "int64": DataType.long,
    "int32": DataType.integer,
    "float64": DataType.double,
    "float32": DataType.float,
    "str": DataType.string,
    "bytes": DataType.binary,
    "datetime64": DataType.datetime,
}
_WORD: Final = 4
_TWO_WORDS: Final = 8
_LARGEST: Final = 2**63 - 1


def infer_signature(
    model_input: object = None, model_output: object = None, params: Mapping[str, object] | None = None
) -> ModelSignature:
    """Return the signature that goes with data.

    Data are frames and series of pandas, arrays of numpy, dictionaries of arrays, sparse matrices of scipy, and
    lists, dictionaries and scalars of Python in any nesting. What cannot be read is noted as anything at all, with a
    `ModelWarning`.

    Args:
        model_input: What goes into the model: the training data, or some rows of it.
        model_output: What comes out of it: the predictions for them.
        params: Parameters of a prediction with their default values.

    Raises:
        InvalidParameter: A parameter is of no known type (`signature.invalid_param`), or nothing was given
            (`signature.invalid`).
    """
    return ModelSignature(
        _inferred_or_any("inputs", model_input),
        _inferred_or_any("outputs", model_output),
        infer_param_schema(params) if params else None,
    )


def _inferred_or_any(part: str, data: object) -> Schema | None:
    if data is None:
        return None
    try:
        return infer_schema(data)
    except InvalidParameter as error:
        if error.code == "signature.pydantic":
            raise
        warn(
            f"The {part} of the signature cannot be told from the data, so that they are noted as anything: "
            f"{error.message}",
        )
        return Schema([ColSpec(AnyType())])


def infer_schema(data: Any) -> Schema:
    """Return the columns or tensors of data.

    Args:
        data: See `infer_signature`.

    Raises:
        InvalidParameter: No schema goes with them (`signature.unknown_data`, `signature.mixed_types`,
            `signature.invalid`).
    """
    if isinstance(data, list):
        return _list_schema(data)
    if isinstance(data, dict):
        return _dictionary_schema(data)
    if is_series(data):
        return Schema([ColSpec(_series_type(data), data.name, _is_complete(data))])
    if is_frame(data):
        return Schema([_column(data, name) for name in data.columns])
    if is_array(data):
        return Schema([TensorSpec(data.dtype, _any_length(data.shape))])
    if is_sparse(data):
        return Schema([TensorSpec(data.data.dtype, _any_length(data.shape))])
    return Schema([ColSpec(_known(infer_type(data), data))])


def _list_schema(data: list[Any]) -> Schema:
    if not data:
        return Schema([ColSpec(DataType.string)])
    if not all(isinstance(one, dict) for one in data):
        return Schema([ColSpec(_items_type(data))])
    columns: dict[Any, list[Any]] = {}
    for row in data:
        for name, value in row.items():
            columns.setdefault(name, []).append(value)
    return Schema(
        [
            ColSpec(_items_type(values), name, all(row.get(name) is not None for row in data))
            for name, values in columns.items()
        ]
    )


def _dictionary_schema(data: dict[Any, Any]) -> Schema:
    if all(is_array(value) for value in data.values()):
        return Schema([TensorSpec(array.dtype, _any_length(array.shape), name) for name, array in data.items()])
    if not all(isinstance(name, str) for name in data):
        raise _unknown("The names in the dictionary are not all texts.")
    return Schema(
        [ColSpec(_known(infer_type(value), value), name, _is_complete(value)) for name, value in data.items()]
    )


def _column(frame: Any, name: Any) -> ColSpec:
    column = frame[name]
    if not is_series(column):
        raise _unknown(f"Several columns have the name {shown(name)}.")
    return ColSpec(_series_type(column), name, _is_complete(column))


def _any_length(shape: tuple[int, ...]) -> tuple[int, ...]:
    if not shape:
        raise _unknown("An array without any dimension is no batch of inputs.")
    return (-1, *shape[1:])


def infer_type(data: Any) -> ColumnType | None:
    """Return the type of a value; None for an array of numpy that has no items.

    Raises:
        InvalidParameter: It is of no known type (`signature.unknown_data`, `signature.mixed_types`).
    """
    if is_a(data, "pydantic", "BaseModel"):
        raise InvalidParameter(
            "signature.pydantic",
            f"{type(data).__name__} is a model of pydantic, of which no signature is made: give its model_dump().",
        )
    if is_missing(data) or (isinstance(data, list | dict) and not data):
        return AnyType()
    if isinstance(data, dict):
        return Object([_property(name, value) for name, value in data.items()])
    if isinstance(data, list) or is_array(data):
        return _array_type(data)
    return _scalar_type(data)


def _property(name: Any, value: Any) -> Property:
    dtype = _known(infer_type(value), value)
    return Property(name, dtype, not isinstance(dtype, AnyType))


def _array_type(data: Any) -> Array | None:
    found: ColumnType | None = None
    if is_array(data) and not data.shape:
        raise _unknown("An array without any dimension has no items.")
    for item in data:
        dtype = infer_type(item)
        if dtype is not None:
            found = dtype if found is None else merge(found, dtype)
    return None if found is None else Array(found)


def _scalar_type(value: object) -> DataType:
    if (known := _SCALARS.get(type(value))) is not None:
        return known
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.generic):
        for name, known in _NUMPY_SCALARS.items():
            if type(value) is (numpy.datetime64 if name == "datetime64" else numpy.dtype(name).type):
                return known
    raise _unknown(f"{shown(value)} is {type(value).__name__}.")


def _items_type(values: list[Any]) -> ColumnType:
    """Return the type of the items of a list."""
    dtype = infer_type(values)
    if not isinstance(dtype, Array):
        raise _unknown("There are no values to look at.")
    return dtype.dtype


def _known(dtype: ColumnType | None, data: object) -> ColumnType:
    if dtype is None:
        raise _unknown(f"The array {shown(data)} has no items.")
    return dtype


def _series_type(column: Any) -> ColumnType:
    if getattr(column.dtype, "kind", None) == "O":
        column = column.infer_objects()
    if getattr(column.dtype, "kind", None) != "O":
        return dtype_of(column.dtype)
    try:
        return _items_type(column.to_list())
    except InvalidParameter:
        if sys.modules["pandas"].api.types.is_string_dtype(column):
            return DataType.string
        raise


def dtype_of(dtype: Any) -> DataType:
    """Return the type of a scalar that numpy or pandas keeps as a dtype.

    Raises:
        InvalidParameter: There is none (`signature.unknown_data`).
    """
    kind, size = dtype.kind, dtype.itemsize
    match kind:
        case "b":
            return DataType.boolean
        case "i" | "u" if size < _WORD or (kind, size) == ("i", _WORD):
            return DataType.integer
        case "i" | "u" if size < _TWO_WORDS or (kind, size) == ("i", _TWO_WORDS):
            return DataType.long
        case "f" if size <= _TWO_WORDS:
            return DataType.float if size <= _WORD else DataType.double
        case "U":
            return DataType.string
        case "S":
            return DataType.binary
        case "M":
            return DataType.datetime
    raise _unknown(f"Values of the dtype {dtype} have no type in a signature.")


def _is_complete(values: Any) -> bool:
    """Tell whether no value is missing."""
    if is_series(values) and values.dtype.kind != "O":
        return not values.isna().any()
    if isinstance(values, list) or is_series(values):
        return not any(is_missing(one) for one in values)
    return not is_missing(values)


def infer_param_schema(params: Mapping[str, object]) -> ParamSchema:
    """Return the parameters of a prediction from their default values.

    Raises:
        InvalidParameter: A value is of no known type (`signature.invalid_param`).
    """
    if not isinstance(params, Mapping):
        raise InvalidParameter(
            "signature.invalid_param", f"Parameters are a dictionary, not {type(params).__name__}: {shown(params)}."
        )
    return ParamSchema([_param(name, value) for name, value in params.items()])


def _param(name: str, value: Any) -> ParamSpec:
    try:
        if isinstance(value, dict):
            dtype = _known(infer_type(value), value)
            if isinstance(dtype, Object):
                return ParamSpec(name, dtype, value)
        elif isinstance(value, list) or is_array(value):
            return ParamSpec(name, _list_param_type(value), list(value), (-1,))
        else:
            return ParamSpec(name, _scalar_param_type(value), value)
    except InvalidParameter as error:
        raise InvalidParameter(
            "signature.invalid_param", f"The parameter {name!r} cannot be part of a signature. {error.message}"
        ) from error
    raise InvalidParameter(
        "signature.invalid_param",
        f"The parameter {name!r} is a scalar, a list of scalars or a dictionary, not {shown(value)}.",
    )


def _list_param_type(values: Any) -> DataType:
    if is_array(values) and values.ndim != 1:
        raise _unknown(f"It has {values.ndim} dimensions, not one.")
    if len(values) == 0:
        # MLflow says so, and a list without items fits any type.
        return DataType.datetime
    if is_array(values):
        return dtype_of(values.dtype)
    types = {_scalar_param_type(one) for one in values}
    if types <= {DataType.long, DataType.double, DataType.boolean} and types != {DataType.boolean}:
        return DataType.long if types == {DataType.long} else DataType.double
    if len(types) > 1:
        raise _unknown(f"Its values are of several types: {', '.join(sorted(one.name for one in types))}.")
    return types.pop()


def _scalar_param_type(value: object) -> DataType:
    if is_a(value, "numpy", "generic") and not is_a(value, "numpy", "datetime64"):
        return dtype_of(getattr(value, "dtype", None))
    if isinstance(value, int) and not -_LARGEST - 1 <= value <= _LARGEST:
        raise _unknown(f"{value} needs more than 64 bits.")
    return _scalar_type(value)


def _unknown(fault: str) -> InvalidParameter:
    return InvalidParameter(
        "signature.unknown_data",
        f"{fault} A signature is made from frames and series of pandas, arrays of numpy, dictionaries of arrays, "
        "sparse matrices of scipy, and from lists, dictionaries and scalars.",
    )
